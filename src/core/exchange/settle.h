#pragma once

#include "core/exchange/context.h"

namespace penstock::exchange {

/// Ends a contract for a reason, from whatever state it is in: returns the hold, or stops what
/// runs, or pays at once when nothing runs. Does nothing to one that has ended.
void close_contract(Context& context, ContractId id, contract::CloseReason reason);

/// Pays what a contract by plan has accrued and not paid yet.
void settle_period(Context& context, ContractId id);
/// Pays what is left to pay, returns the rest, and ends the contract. @pre Nothing runs on it.
void settle_contract(Context& context, ContractId id, contract::CloseReason reason);

/// Pays a closing contract whose last attempt has ended; does nothing to any other.
void settle_if_idle(Context& context, ContractId id);

}  // namespace penstock::exchange
