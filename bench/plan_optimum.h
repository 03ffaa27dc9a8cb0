#pragma once

#include <optional>

#include "advise/recommend/recommend.h"

namespace penstock::bench {

/// How far the cheapest plan is above the optimum of a mixed-integer program over all offers, all
/// numbers of cards and all starts at which more get free, solved by CBC; below 0 where the
/// program found less. Nothing where there is no plan; then there must be no optimum, either.
std::optional<double> gap_to_optimum(const recommend::Market& market,
                                     const estimate::Estimator& estimator, const v1::Intent& intent,
                                     Instant now);

}  // namespace penstock::bench
