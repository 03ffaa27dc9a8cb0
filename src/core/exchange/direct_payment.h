#pragma once

#include "core/billing/bills.h"
#include "core/exchange/context.h"

/// Bills that the buyer pays to the supplier's own bank account (直付). The exchange holds none of
/// that money: it hears from both, releases the credit, and the supplier owes it the fee.
namespace penstock::exchange {

/// What the party owes of fees. Once a day, and when cash comes (arrears.h), the exchange takes it
/// out of the party's cash.
Money fees_owed(const State& state, PartyId party);
/// Whether the party's cash covers what it owes of fees, and so much more.
bool covers_fees(const State& state, PartyId party, Money besides = {});
/// Takes what the party owes out of its cash, as far as that goes.
void take_fees(Context& context, PartyId party);
/// The same once a day, while fees are owed.
void collect_fees(Context& context, PartyId party);

/// Have the books room for what follows when the supplier receives so much of a bill?
/// @retval ACCOUNT_OVERFLOW
Result<void> check_room(const State& state, BillId id, Money amount);
/// The supplier has received what was declared of a bill or, if nothing is, so much of what is
/// payable: that is paid, its credit is free again, and the fee is owed. If that is not all of the
/// bill, the exchange looks at the rest. @pre check_room() holds.
void receive_payment(Context& context, BillId id, billing::ReceivedPayment payment);
/// The supplier may have let its time to answer pass: then it has received it.
void take_as_received(Context& context, BillId id);

}  // namespace penstock::exchange
