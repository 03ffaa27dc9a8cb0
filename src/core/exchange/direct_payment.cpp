#include "core/exchange/direct_payment.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/try.h"
#include "core/billing/error.h"
#include "core/exchange/billing.h"
#include "core/exchange/credit.h"
#include "core/exchange/emit.h"
#include "core/ledger/error.h"

namespace penstock::exchange {
namespace {

using billing::Bill;
using ledger::AccountKind;

/// How often fees are collected, and what the books had no room for is tried again.
constexpr Duration kDaily = seconds(86'400);

AccountId account_of(const State& state, AccountKind kind, PartyId party) {
    return state.ledger.find(kind, party, state.settings.currency);
}

/// The supplier has all of the money, and owes what is not its part.
/// @retval ACCOUNT_OVERFLOW
Result<void> book_fee(Context& context, BillId id) {
    State& state = context.state;
    const Bill& bill = state.bills.at(id);
    const billing::Parts parts = state.bills.declared_parts(id);
    const AccountId owed =
        state.ledger.ensure(AccountKind::fee_receivable, bill.supplier, bill.currency);
    std::vector<ledger::Transfer> chain;
    std::vector<std::string_view> purposes;
    const auto owe = [&](AccountKind kind, Money amount, std::string_view purpose) {
        if (amount <= Money{0}) return;
        chain.push_back({.debit = owed,
                         .credit = state.ledger.ensure(kind, PartyId{}, bill.currency),
                         .amount = amount});
        purposes.push_back(purpose);
    };
    owe(AccountKind::fee, parts.fee, "fee");
    owe(AccountKind::tax, parts.tax, "tax");
    owe(AccountKind::rounding, parts.rounding, "rounding");
    // What rounds in the supplier's favour is paid by the exchange.
    if (parts.rounding < Money{0}) {
        chain.push_back(
            {.debit = state.ledger.ensure(AccountKind::rounding, PartyId{}, bill.currency),
             .credit = account_of(state, AccountKind::cash, bill.supplier),
             .amount = -parts.rounding});
        purposes.push_back("rounding");
    }
    if (chain.empty()) return {};
    // No money stands behind a fee that is owed, so that nothing else bounds what accounts take.
    for (const ledger::Transfer& transfer : chain) {
        if (state.ledger.account(transfer.credit).credits_posted > kMoneyMax - transfer.amount)
            return reject(ledger::kAccountOverflow, "bill");
    }
    const bool owes_already = fees_owed(state, bill.supplier) > Money{0};
    const auto posted = state.ledger.execute(chain, context.now);
    if (!posted) return reject(posted.error().rejection(), "bill");
    if (!owes_already && fees_owed(state, bill.supplier) > Money{0})
        state.timers.set(context.now + kDaily, TimerKind::fee_collect, bill.supplier.value);
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const ledger::Recorded& done = (*posted)[i];
        emit_transfer(context, {done.id, done.debit, done.credit, done.amount}, purposes[i],
                      id.text());
    }
    return {};
}

}  // namespace

Money fees_owed(const State& state, PartyId party) {
    const AccountId owed = account_of(state, AccountKind::fee_receivable, party);
    return owed ? -state.ledger.account(owed).balance() : Money{};
}

bool covers_fees(const State& state, PartyId party, Money besides) {
    const AccountId cash = account_of(state, AccountKind::cash, party);
    const Money available = cash ? state.ledger.account(cash).available() : Money{};
    return available - besides >= fees_owed(state, party);
}

void collect_fees(Context& context, PartyId party) {
    State& state = context.state;
    const Money owed = fees_owed(state, party);
    const AccountId cash = account_of(state, AccountKind::cash, party);
    const Money amount = std::min(owed, state.ledger.account(cash).available());
    const auto done = amount == Money{0}
                          ? std::nullopt
                          : std::optional(state.ledger.execute(
                                {.debit = cash,
                                 .credit = account_of(state, AccountKind::fee_receivable, party),
                                 .amount = amount},
                                context.now));
    if (done && *done)
        emit_transfer(context, {(*done)->id, (*done)->debit, (*done)->credit, (*done)->amount},
                      "fee_collected", party.text());
    if (fees_owed(state, party) > Money{0})
        state.timers.set(context.now + kDaily, TimerKind::fee_collect, party.value);
}

Result<void> confirm_payment(Context& context, BillId id) {
    State& state = context.state;
    const Bill& bill = state.bills.at(id);
    TRY(book_fee(context, id));
    release_credit(context, bill.buyer, bill.declared.amount, id.text());
    state.bills.confirm_declared(id);
    state.bills.settle(id);
    emit_bill(context, id);
    return {};
}

void take_as_received(Context& context, BillId id) {
    const Bill* bill = context.state.bills.find(id);
    if (bill == nullptr || bill->declared.amount == Money{0} ||
        bill->declared.answer_until() > context.now)
        return;
    if (!confirm_payment(context, id))
        context.state.timers.set(context.now + kDaily, TimerKind::payment_answer, id.value);
}

}  // namespace penstock::exchange
