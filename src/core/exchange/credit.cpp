#include "core/exchange/credit.h"

#include <algorithm>

#include "base/assert.h"
#include "core/billing/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/emit.h"
#include "core/ledger/error.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

AccountId account_of(const State& state, AccountKind kind, PartyId party) {
    return state.ledger.find(kind, party, state.settings.currency);
}

Money balance_of(const State& state, AccountKind kind, PartyId party) {
    const AccountId id = account_of(state, kind, party);
    return id ? state.ledger.account(id).balance() : Money{};
}

}  // namespace

Money credit_limit(const State& state, PartyId party) {
    const auto found = state.credit_limits.find(party);
    return found == state.credit_limits.end() ? Money{} : found->second;
}

Money credit_granted(const State& state, PartyId party) {
    return balance_of(state, AccountKind::credit, party) +
           balance_of(state, AccountKind::commitment, party);
}

Result<void> check_not_overdue(const State& state, PartyId party, std::string_view field) {
    if (state.bills.overdue(party) > 0) return reject(billing::kBillsOverdue, field);
    return {};
}

Result<void> check_credit(const State& state, PartyId party, Money amount) {
    const AccountId credit = account_of(state, AccountKind::credit, party);
    if (!credit) return reject(billing::kCreditExceeded, "post_paid", "There is none.");
    const ledger::Account& line = state.ledger.account(credit);
    if (amount > line.available())
        return reject(billing::kCreditExceeded, "post_paid",
                      to_decimal(line.available()) + " is left of it.");
    // What is released has room to come back, and what a lower limit takes can be taken.
    if (line.debits_posted + line.debits_pending + amount > kMoneyMax)
        return reject(ledger::kAccountOverflow, "post_paid");
    return {};
}

void describe_credit_line(const State& state, PartyId party, v1::CreditLine* out) {
    const Currency currency = state.settings.currency;
    const AccountId credit = account_of(state, AccountKind::credit, party);
    const Money held = credit ? state.ledger.account(credit).debits_pending : Money{};
    out->set_party(party.text());
    write_money(credit_limit(state, party), currency, out->mutable_limit());
    write_money(balance_of(state, AccountKind::commitment, party) + held, currency,
                out->mutable_committed());
    out->set_bills_overdue(state.bills.overdue(party));
}

void emit_credit_line(Context& context, PartyId party) {
    v1::CreditLine body;
    describe_credit_line(context.state, party, &body);
    context.events.emit_message(v1::Event::kCreditLineChanged, body);
}

void release_credit(Context& context, PartyId party, Money amount, std::string_view subject) {
    State& state = context.state;
    const AccountId commitment = account_of(state, AccountKind::commitment, party);
    const AccountId credit = account_of(state, AccountKind::credit, party);
    const auto moved = state.ledger.post({.debit = commitment, .credit = credit, .amount = amount});
    // It was committed for exactly this, and has room to come back (ledger::kCreditsMax).
    PENSTOCK_ASSERT(moved.has_value());
    emit_transfer(context, {*moved, commitment, credit, amount}, "commitment_released", subject);
    take_back_excess(context, party);
}

void take_back_excess(Context& context, PartyId party) {
    State& state = context.state;
    const AccountId credit = account_of(state, AccountKind::credit, party);
    if (!credit) return;
    const Money excess = credit_granted(state, party) - credit_limit(state, party);
    const Money amount = std::min(excess, state.ledger.account(credit).available());
    if (amount <= Money{0}) return;
    const AccountId granted = account_of(state, AccountKind::credit_granted, PartyId{});
    const auto moved = state.ledger.post({.debit = credit, .credit = granted, .amount = amount});
    // It was debited there when it was granted, and orders leave this account the room for it.
    PENSTOCK_ASSERT(moved.has_value());
    emit_transfer(context, {*moved, credit, granted, amount}, "credit_limit", party.text());
}

}  // namespace penstock::exchange
