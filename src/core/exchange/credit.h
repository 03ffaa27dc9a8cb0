#pragma once

#include "core/exchange/context.h"
#include "penstock/v1/billing.pb.h"

/// Credit lines (授信): how much parties may order before they pay.
///
/// Nothing of it is money; four sums of the ledger tell of it. A party's `credit` is what it may
/// still order, less what is held of it for orders that wait for their suppliers; its `commitment`
/// is what contracts in force and unpaid bills take. Both together are what it was granted, and
/// `credit_granted` has the sum of all grants.
namespace penstock::exchange {

/// The most that the party may order on credit; nothing unless the operator has set it.
Money credit_limit(const State& state, PartyId party);
/// What the party was granted: its limit, and what a lowered limit could not take back yet.
Money credit_granted(const State& state, PartyId party);

/// Whoever owes what is due gets nothing more on credit, and takes no money away.
/// @retval BILLS_OVERDUE
Result<void> check_not_overdue(const State& state, PartyId party, std::string_view field);
/// Is so much of the party's credit free?
/// @retval CREDIT_EXCEEDED, ACCOUNT_OVERFLOW
Result<void> check_credit(const State& state, PartyId party, Money amount);

void describe_credit_line(const State& state, PartyId party, v1::CreditLine* out);
void emit_credit_line(Context& context, PartyId party);

/// A contract or bill takes so much less of the party's credit.
void release_credit(Context& context, PartyId party, Money amount, std::string_view subject);
/// Takes back what was granted beyond the limit, as far as nothing is ordered on it.
void take_back_excess(Context& context, PartyId party);

}  // namespace penstock::exchange
