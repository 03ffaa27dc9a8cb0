#pragma once

#include <cstdint>
#include <vector>

#include "core/pricing/plan.h"

namespace penstock::pricing {

/// A stretch of time in which one price holds: 0 outside of all bands, i for the i-th band from 1.
struct Stretch {
    Interval interval;
    std::uint32_t lane = 0;
};

/// The lane that holds at an instant.
std::uint32_t lane_at(const PricePlan& plan, const Component& component, Instant at);

/// Cuts an interval where the price changes by time. The stretches follow each other without a gap
/// and cover the interval; neighbours have different lanes. One stretch when there are no bands.
/// O(days × bands²); an empty interval gives no stretch.
void cut_by_bands(const PricePlan& plan, const Component& component, Interval interval,
                  std::vector<Stretch>& out);

}  // namespace penstock::pricing
