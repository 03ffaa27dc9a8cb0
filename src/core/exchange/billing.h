#pragma once

#include "core/billing/bills.h"
#include "core/exchange/context.h"

/// Settlement bills: issued when a contract is settled, paid out when they are due. Until then what
/// was charged stays in the buyer's escrow, or takes its credit.
namespace penstock::exchange {

/// From this version on, contracts by the core are billed, too.
inline constexpr std::uint32_t kBillsVersion = 3;

/// A sum of money that is shared out.
struct Payout {
    AccountId from;
    PartyId supplier;
    Currency currency;
    billing::Parts parts;
    std::string_view subject;
};
/// Moves it, in linked transfers. @pre `from` has it.
void pay_out(Context& context, const Payout& payout);

/// Issues a bill for what a settlement charges; one out of escrow that may not be disputed is
/// paid out at once.
void issue_bill(Context& context, ContractId id, const contract::Settlement& sums);
/// More of a bill may be payable: the exchange looks at it anew when it is due, at once if it is.
void look_again(Context& context, BillId id);
/// A bill's time may have come: pays out what nobody disputes. What the buyer's cash does not cover
/// of a bill on credit is overdue, and tried again each day; after the grace its contract ends. A
/// bill that is paid directly is never collected: it is overdue, unless its supplier is to answer.
void collect_bill(Context& context, BillId id);
/// The buyer pays what of a bill on credit is open and not disputed. Returns how much that was.
/// @retval BILL_NOT_FOUND, BILL_SETTLED, BILL_NOT_ON_CREDIT, NOTHING_PAYABLE, INSUFFICIENT_FUNDS,
///         ACCOUNT_OVERFLOW
Result<Money> pay_on_credit(Context& context, BillId id);
/// A dispute about a bill has ended: pays back what is given back, with a credit note, and pays out
/// what is due. Returns the credit note's number, 0 when there is none.
BillId move_on(Context& context, BillId id, Money given_back);
/// Nobody has decided a dispute in time: it ends for the supplier, if it has not ended before.
void lapse_dispute(Context& context, DisputeId id);
/// Tells of a bill as it is now; and forgets it if nothing of it is open any more.
void emit_bill(Context& context, BillId id);

}  // namespace penstock::exchange
