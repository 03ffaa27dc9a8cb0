#include "core/exchange/settle.h"

#include <string_view>
#include <vector>

#include "base/assert.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/emit.h"
#include "core/exchange/work.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

/// Everything that follows from a contract's end but the money.
void leave(Context& context, ContractId id) {
    State& state = context.state;
    const contract::Contract& contract = state.contracts.at(id);
    const contract::Terms& terms = contract.terms;
    if (terms.cores > 0)
        state.capacity.release({terms.pool, terms.product, terms.term, terms.cores}, context.now);
    if (const auto desk = state.desks.find(terms.agent); desk != state.desks.end()) {
        desk->second.contracts.erase(id);
        ++desk->second.version;
    }
    state.timers.set(contract.retire_at, TimerKind::contract_retire, id.value);
    emit_contract(context, id);
    abandon_work_without_contracts(context, contract.order);
}

void refuse(Context& context, ContractId id, contract::CloseReason reason) {
    State& state = context.state;
#ifndef PENSTOCK_CANARY_LOST_HOLD  // Planted for the simulation alone: the buyer's hold stays.
    const auto voided = state.ledger.void_held(state.contracts.at(id).hold);
    PENSTOCK_ASSERT(voided.has_value());
#endif
    state.contracts.refuse(id, reason, context.now);
    leave(context, id);
}

struct Payment {
    ledger::Transfer transfer;
    std::string_view purpose;
};

/// The linked transfers that empty a contract's escrow.
std::vector<Payment> payments(const State& state, const contract::Terms& terms,
                              const contract::Settlement& sums) {
    const auto account = [&](AccountKind kind, PartyId party) {
        return state.ledger.find(kind, party, terms.currency);
    };
    const AccountId escrow = account(AccountKind::escrow, terms.buyer);
    const AccountId rounding = account(AccountKind::rounding, PartyId{});
    std::vector<Payment> result;
    const auto pay = [&](AccountId from, AccountId to, Money amount, std::string_view purpose) {
        if (amount > Money{0})
            result.push_back({{.debit = from, .credit = to, .amount = amount}, purpose});
    };
    pay(rounding, escrow, -sums.rounding, "rounding");
    pay(escrow, account(AccountKind::cash, terms.supplier), sums.paid_to_supplier, "settlement");
    pay(escrow, account(AccountKind::fee, PartyId{}), sums.operator_fee, "fee");
    pay(escrow, rounding, sums.rounding, "rounding");
    pay(escrow, account(AccountKind::cash, terms.buyer), sums.refunded, "refund");
#ifdef PENSTOCK_CANARY_SHORT_REFUND
    // Planted for the simulation's canary alone: the buyer gets one micro too little back.
    if (sums.refunded > Money{0}) result.back().transfer.amount -= Money{1};
#endif
    return result;
}

void pay(Context& context, ContractId id, const contract::Settlement& sums) {
    State& state = context.state;
    const std::vector<Payment> paid = payments(state, state.contracts.at(id).terms, sums);
    if (paid.empty()) return;
    std::vector<ledger::Transfer> chain;
    for (const Payment& payment : paid) chain.push_back(payment.transfer);
    const auto posted = state.ledger.execute(chain, context.now);
    // The escrow was set aside for exactly this, no account of the chain is ever closed, and what
    // was let in has room to come back (ledger::kCreditsMax).
    PENSTOCK_ASSERT(posted.has_value());
    for (std::size_t i = 0; i < paid.size(); ++i) {
        const ledger::Recorded& done = (*posted)[i];
        emit_transfer(context, {done.id, done.debit, done.credit, done.amount}, paid[i].purpose,
                      id.text());
    }
}

}  // namespace

void settle_period(Context& context, ContractId id) {
    pay(context, id, context.state.contracts.settle_period(id));
    emit_contract(context, id);
}

void settle_contract(Context& context, ContractId id, contract::CloseReason reason) {
    pay(context, id, context.state.contracts.settle(id, reason, context.now));
    leave(context, id);
}

void close_contract(Context& context, ContractId id, contract::CloseReason reason) {
    State& state = context.state;
    switch (state.contracts.at(id).state) {
        case contract::State::ordered:
            return refuse(context, id, reason);
        case contract::State::active:
            if (state.contracts.at(id).terms.is_by_plan()) return end_by_plan(context, id, reason);
            if (state.contracts.at(id).cores_busy == 0) return settle_contract(context, id, reason);
            state.contracts.close(id, reason);
            emit_contract(context, id);
            return stop_attempts_on(context, id);
        case contract::State::closing:
        case contract::State::settled:
        case contract::State::cancelled:
            return;
    }
}

void settle_if_idle(Context& context, ContractId id) {
    const contract::Contract& contract = context.state.contracts.at(id);
    if (contract.state != contract::State::closing || contract.cores_busy > 0 ||
        contract.terms.is_by_plan())
        return;
    settle_contract(context, id, contract.close_reason);
}

}  // namespace penstock::exchange
