#pragma once

#include "core/exchange/context.h"

namespace penstock::exchange {

/// Ends a contract for a reason, from whatever state it is in: returns the hold, or stops what
/// runs, or pays at once when nothing runs. Does nothing to one that has ended.
void close_contract(Context& context, ContractId id, contract::CloseReason reason);

/// Bills what a contract by plan has accrued and was not billed for, at the end of a period.
void settle_period(Context& context, ContractId id, Instant end);
/// Gives back, while it runs, what a changed contract cannot cost any more.
void release_excess(Context& context, ContractId id, Money amount);
/// Bills what is left to bill, returns what was not used, and ends the contract. @pre Nothing runs
/// on it.
void settle_contract(Context& context, ContractId id, contract::CloseReason reason);

/// Pays a closing contract whose last attempt has ended; does nothing to any other.
void settle_if_idle(Context& context, ContractId id);

}  // namespace penstock::exchange
