#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "core/pricing/plan.h"

namespace penstock::pricing {

/// The most that a plan can charge for what is rated together, whatever is used of what was agreed:
/// all of it or a part, from the beginning or for a while. What is to be set aside for it.
///
/// Exact for levels at one price, graduated or in bands; above what can be reached where a
/// commitment goes with bands, or what is counted has bands.
/// @param in_force    Within one billing period.
/// @param quantities  One for each component, of its smallest unit, 0 to kUsageQuantityMax: of a
///                    level so much all the time, of what is counted at most so much in all.
/// @return Rounded up to the micro.
/// @retval CHARGE_TOO_LARGE
Result<Money> most_of(const PricePlan& plan, Interval in_force,
                      std::span<const std::int64_t> quantities);

}  // namespace penstock::pricing
