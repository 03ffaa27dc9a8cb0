#pragma once

#include "core/exchange/context.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::exchange {

/// Reads the band that an order's line asks for into the terms, and holds it against its trial.
/// @param terms  All of them but the band. The trial must have ended, and all its tasks succeeded.
/// @retval RESULT_BAND_INVALID, TRIAL_NOT_FOUND, NOT_TRIED, RESULT_BAND_TOO_LOW
Result<void> read_result_band(const State& state, const v1::ResultBand& band,
                              contract::Terms& terms);

/// Gives back what the results of a contract that is about to be settled were dearer than its band,
/// and says so.
void credit_dear_results(Context& context, ContractId id);

void describe(const contract::Terms& terms, v1::ResultBand* out);
void describe(const contract::Contract& contract, v1::Delivery* out);

/// Has there been anything to describe?
bool has_delivered(const contract::Contract& contract);

}  // namespace penstock::exchange
