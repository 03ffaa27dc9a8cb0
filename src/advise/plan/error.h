#pragma once

#include <array>

#include "base/error.h"

namespace penstock::plan {

inline constexpr Rejection kSpecOutOfRange{
    16001, Code::invalid_argument, "SPEC_OUT_OF_RANGE",
    "A field of the workload is outside its range; the task file's guide gives the ranges."};
inline constexpr Rejection kMaxPriceInvalid{
    16002, Code::invalid_argument, "MAX_PRICE_INVALID",
    "Give the largest price above zero and in the exchange's currency, or leave it out."};
inline constexpr Rejection kResultUnitMissing{
    16003, Code::invalid_argument, "RESULT_UNIT_MISSING",
    "Trials say what results cost, and the workload does not say what a result is; give it its "
    "unit of work (results in the task file)."};

inline constexpr std::array kRejections{&kSpecOutOfRange, &kMaxPriceInvalid, &kResultUnitMissing};

}  // namespace penstock::plan
