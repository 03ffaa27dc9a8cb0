#include "core/exchange/arrears.h"

#include <algorithm>

#include "base/assert.h"
#include "core/exchange/billing.h"
#include "core/exchange/direct_payment.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

/// The oldest of the party's overdue bills that this covers; 0 where there is none.
BillId covered_by(const State& state, PartyId party, Money cash) {
    const auto& overdue = state.bills.overdue_of(party);
    const auto found = std::ranges::find_if(overdue, [&](BillId id) {
        const billing::Bill& bill = state.bills.at(id);
        return !bill.paid_directly && bill.payable() > Money{} && bill.payable() <= cash;
    });
    return found == overdue.end() ? BillId{} : *found;
}

}  // namespace

void cash_came(Context& context, AccountId account) {
    State& state = context.state;
    const ledger::Account& cash = state.ledger.account(account);
    if (cash.kind != AccountKind::cash) return;
    if (state.bills.overdue(cash.party) == 0 && fees_owed(state, cash.party) == Money{}) return;
    state.timers.set(context.now, TimerKind::arrears, cash.party.value);
}

void void_hold(Context& context, TransferId hold) {
    ledger::Ledger& ledger = context.state.ledger;
    const AccountId payer = ledger.find_held(hold)->debit;
    const auto voided = ledger.void_held(hold);
    PENSTOCK_ASSERT(voided.has_value());
    cash_came(context, payer);
}

void collect_arrears(Context& context, PartyId party) {
    State& state = context.state;
    const AccountId account = state.ledger.find(AccountKind::cash, party, state.settings.currency);
    const Money cash = state.ledger.account(account).available();
    const BillId bill = covered_by(state, party, cash);
    if (!bill) return take_fees(context, party);
    state.bills.collect_from(bill, context.now);
    collect_bill(context, bill);
    // Where the account's turnover had no room for it, it has none for others.
    if (!state.bills.overdue_of(party).contains(bill))
        state.timers.set(context.now, TimerKind::arrears, party.value);
}

}  // namespace penstock::exchange
