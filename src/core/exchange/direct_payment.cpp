#include "core/exchange/direct_payment.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
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

/// Money that moves in the books when a supplier has received some of a bill.
struct Booking {
    AccountKind from;
    PartyId payer;  ///< 0: the exchange, as below.
    AccountKind to;
    PartyId payee;
    Money amount;
    std::string_view purpose;
};

/// The supplier has all of the money, and owes what is not its part.
std::vector<Booking> bookings_of(const State& state, BillId id, Money amount) {
    const PartyId supplier = state.bills.at(id).supplier;
    const billing::Parts parts = state.bills.parts_if_paid(id, amount);
    std::vector<Booking> bookings;
    const auto owe = [&](AccountKind to, Money part, std::string_view purpose) {
        if (part > Money{0})
            bookings.push_back(
                {AccountKind::fee_receivable, supplier, to, PartyId{}, part, purpose});
    };
    owe(AccountKind::fee, parts.fee, "fee");
    owe(AccountKind::tax, parts.tax, "tax");
    owe(AccountKind::rounding, parts.rounding, "rounding");
    // What rounds in the supplier's favour is paid by the exchange.
    if (parts.rounding < Money{0})
        bookings.push_back({AccountKind::rounding, PartyId{}, AccountKind::cash, supplier,
                            -parts.rounding, "rounding"});
    return bookings;
}

/// No money stands behind a fee that is owed, so that nothing else bounds what accounts take.
bool has_room(const State& state, AccountKind kind, PartyId party, Money debits, Money credits) {
    const AccountId id = account_of(state, kind, party);
    if (!id) return true;
    const ledger::Account& account = state.ledger.account(id);
    return account.debits_posted + account.debits_pending + debits <= ledger::debits_max(kind) &&
           account.credits_posted + account.credits_pending + credits <= kMoneyMax;
}

void collect_fees_in_a_day(Context& context, PartyId party) {
    const Instant at = context.now + kDaily;
    context.state.fees_due[party] = at;
    context.state.timers.set(at, TimerKind::fee_collect, party.value);
}

void book(Context& context, BillId id, Money amount) {
    State& state = context.state;
    const Bill& bill = state.bills.at(id);
    std::vector<ledger::Transfer> chain;
    const std::vector<Booking> bookings = bookings_of(state, id, amount);
    for (const Booking& each : bookings)
        chain.push_back({.debit = state.ledger.ensure(each.from, each.payer, bill.currency),
                         .credit = state.ledger.ensure(each.to, each.payee, bill.currency),
                         .amount = each.amount});
    if (chain.empty()) return;
    const bool owes_already = fees_owed(state, bill.supplier) > Money{0};
    const auto posted = state.ledger.execute(chain, context.now);
    // check_room() has seen to it, and no account of the chain is ever closed.
    PENSTOCK_ASSERT(posted.has_value());
    if (!owes_already && fees_owed(state, bill.supplier) > Money{0})
        collect_fees_in_a_day(context, bill.supplier);
    for (std::size_t i = 0; i < bookings.size(); ++i) {
        const ledger::Recorded& done = (*posted)[i];
        emit_transfer(context, {done.id, done.debit, done.credit, done.amount}, bookings[i].purpose,
                      id.text());
    }
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

void take_fees(Context& context, PartyId party) {
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
    if (fees_owed(state, party) == Money{0}) state.fees_due.erase(party);
}

void collect_fees(Context& context, PartyId party) {
    const auto due = context.state.fees_due.find(party);
    if (due == context.state.fees_due.end() || context.now < due->second) return;
    take_fees(context, party);
    if (fees_owed(context.state, party) > Money{0}) collect_fees_in_a_day(context, party);
}

Result<void> check_room(const State& state, BillId id, Money amount) {
    Money owed;
    for (const Booking& each : bookings_of(state, id, amount)) {
        if (each.from == AccountKind::fee_receivable) owed += each.amount;
        const Money debits = each.from == AccountKind::fee_receivable ? owed : each.amount;
        if (!has_room(state, each.from, each.payer, debits, Money{}) ||
            !has_room(state, each.to, each.payee, Money{}, each.amount))
            return reject(ledger::kAccountOverflow, "bill");
    }
    return {};
}

void receive_payment(Context& context, BillId id, billing::ReceivedPayment payment) {
    State& state = context.state;
    book(context, id, payment.amount);
    release_credit(context, state.bills.at(id).buyer, payment.amount, id.text());
    state.bills.receive(id, std::move(payment));
    state.bills.settle(id);
    emit_bill(context, id);
    look_again(context, id);
}

void take_as_received(Context& context, BillId id) {
    State& state = context.state;
    const Bill* bill = state.bills.find(id);
    if (bill == nullptr || !bill->is_declared() || bill->declared.answer_until() > context.now)
        return;
    if (check_room(state, id, bill->declared.amount))
        receive_payment(context, id,
                        {bill->declared.amount, bill->declared.bank_reference, context.now});
    else
        state.timers.set(context.now + kDaily, TimerKind::payment_answer, id.value);
}

}  // namespace penstock::exchange
