#pragma once

#include "core/exchange/context.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::exchange {

/// From this version of the rules on, bands tell their unit, and bills and contracts what could not
/// all be counted.
inline constexpr std::uint32_t kBandUnitVersion = 4;

inline bool tells_band_unit(const State& state) {
    return state.settings.logic_version >= kBandUnitVersion;
}

/// Reads the band that an order's line asks for into the terms, and holds it against its trial.
/// @param terms  All of them but the band. The trial must have ended, and all its tasks succeeded.
/// @retval RESULT_BAND_INVALID, TRIAL_NOT_FOUND, NOT_TRIED, RESULT_BAND_TOO_LOW
Result<void> read_result_band(const State& state, const v1::ResultBand& band,
                              contract::Terms& terms);

/// Gives back what the results of a contract that is about to be settled were dearer than its band,
/// and says so.
void credit_dear_results(Context& context, ContractId id);

/// What is told of a band and of what was delivered, to events and to queries alike.
void describe(const State& state, const contract::Terms& terms, v1::ResultBand* out);
void describe(const State& state, const contract::Contract& contract, v1::Delivery* out);

/// Has there been anything to describe?
bool has_delivered(const State& state, const contract::Contract& contract);

}  // namespace penstock::exchange
