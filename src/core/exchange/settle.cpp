#include "core/exchange/settle.h"

#include <string>

#include "base/assert.h"
#include "core/exchange/arrears.h"
#include "core/exchange/billing.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/change.h"
#include "core/exchange/credit.h"
#include "core/exchange/emit.h"
#include "core/exchange/result_band.h"
#include "core/exchange/work.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

/// Everything that follows from a contract's end but the money.
void leave(Context& context, ContractId id) {
    State& state = context.state;
    const contract::Contract& contract = state.contracts.at(id);
    const contract::Terms& terms = contract.terms;
    for (const capacity::Reservation& promise : promises_of(contract))
        state.capacity.release(promise, context.now);
    state.contracts.drop_planned(id);
    if (const auto desk = state.desks.find(terms.agent); desk != state.desks.end()) {
        desk->second.contracts.erase(id);
        ++desk->second.version;
        if (desk->second.contracts.empty() && state.directory.agent(terms.agent).revoked)
            state.desks.erase(terms.agent);
    }
    state.escrow_windows.erase(id);
    state.timers.set(contract.retire_at, TimerKind::contract_retire, id.value);
    emit_contract(context, id);
    abandon_work_without_contracts(context, contract.order);
}

void refuse(Context& context, ContractId id, contract::CloseReason reason) {
    State& state = context.state;
#ifndef PENSTOCK_CANARY_LOST_HOLD  // Planted for the simulation alone: the buyer's hold stays.
    void_hold(context, state.contracts.at(id).hold);
#endif
    const contract::Terms& terms = state.contracts.at(id).terms;
    if (terms.post_paid) take_back_excess(context, terms.buyer);
    state.contracts.refuse(id, reason, context.now);
    leave(context, id);
}

/// What a settlement charges is billed; by older rules a contract by the core pays it at once.
void charge(Context& context, ContractId id, const contract::Settlement& sums) {
    const State& state = context.state;
    if (sums.charged == Money{0}) return;
    const contract::Terms& terms = state.contracts.at(id).terms;
    if (terms.is_by_plan() || state.settings.logic_version >= kBillsVersion)
        return issue_bill(context, id, sums);
    const std::string subject = id.text();
    pay_out(context, {state.ledger.find(AccountKind::escrow, terms.buyer, terms.currency),
                      terms.supplier,
                      terms.currency,
                      {.supplier = sums.paid_to_supplier,
                       .fee = sums.operator_fee,
                       .tax = {},
                       .rounding = sums.rounding},
                      subject});
}

/// What was set aside goes back to the buyer.
void give_back(Context& context, ContractId id, Money amount, std::string_view purpose) {
    State& state = context.state;
    const contract::Terms& terms = state.contracts.at(id).terms;
    if (amount == Money{0}) return;
    if (terms.post_paid) return release_credit(context, terms.buyer, amount, id.text());
#ifdef PENSTOCK_CANARY_SHORT_REFUND
    // Planted for the simulation's canary alone: the buyer gets one micro too little back.
    amount -= Money{1};
#endif
    const auto done = state.ledger.execute(
        {.debit = state.ledger.find(AccountKind::escrow, terms.buyer, terms.currency),
         .credit = state.ledger.find(AccountKind::cash, terms.buyer, terms.currency),
         .amount = amount},
        context.now);
    PENSTOCK_ASSERT(done.has_value());
    emit_transfer(context, {done->id, done->debit, done->credit, done->amount}, purpose, id.text());
}

}  // namespace

void settle_period(Context& context, ContractId id, Instant end) {
    charge(context, id, context.state.contracts.settle_period(id, end));
    emit_contract(context, id);
}

void release_excess(Context& context, ContractId id, Money amount) {
    give_back(context, id, amount, "release");
}

void settle_contract(Context& context, ContractId id, contract::CloseReason reason) {
    credit_dear_results(context, id);
    const contract::Settlement sums = context.state.contracts.settle(id, reason, context.now);
    charge(context, id, sums);
    give_back(context, id, sums.refunded, "refund");
    leave(context, id);
}

void close_contract(Context& context, ContractId id, contract::CloseReason reason) {
    State& state = context.state;
    switch (state.contracts.at(id).state) {
        case contract::State::ordered:
            return refuse(context, id, reason);
        case contract::State::active:
        case contract::State::suspended:
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
