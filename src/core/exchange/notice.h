#pragma once

#include "core/exchange/context.h"

/// Notice: how the sides of a contract end it before its term does.
namespace penstock::exchange {

/// One side ends a contract: it is given the notice that its terms of sale have; or ends at once
/// where they have none, it was not accepted yet, is suspended for funds, or would have ended
/// before it began.
/// @pre No notice was given.
void end_with_notice(Context& context, ContractId id, contract::CloseReason reason);

}  // namespace penstock::exchange
