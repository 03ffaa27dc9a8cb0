#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "advise/carbon/length_prior.h"

namespace penstock::carbon {

enum class Action : std::uint8_t { run, wait };

/// What a plan does in each hour that it looks at, the first may be a part of one, and how long the
/// job is then expected to wait from here on, seconds.
struct HourPlan {
    std::vector<Action> actions;
    double expected_wait = 0;
};

/// Where a job stands at an hour's begin, or at its arrival.
struct Standing {
    std::int64_t elapsed = 0;  ///< Since its arrival.
    std::int64_t waited = 0;   ///< Of these; the rest it ran.
    std::int64_t rest = 0;     ///< To the end of this hour; above 0, at most 3600.
};

/// Plans by the hour when to run a job of unknown length, so that what it is expected to emit,
/// plus a price for the time it is expected to wait, is least.
///
/// Nothing is learnt on the way but that the job has not ended, so a plan is a list of hours, and
/// dynamic programming over (hour, wait used) finds the best of all. An hour in which the wait
/// limit is reached is waited in its first part and run in the rest.
class HourPlanner {
  public:
    /// @param first_rest  From the arrival to the end of its hour, 1 to 3600.
    HourPlanner(const Queue& queue, std::int64_t first_rest);

    const LengthPrior& prior() const { return prior_; }
    /// @param values      Of the hours from now; not empty.
    /// @param wait_price  What a second of waiting counts, in the unit of `values`; not below 0.
    /// O(hours × (wait limit in hours)).
    HourPlan plan(std::span<const double> values, const Standing& from, double wait_price) const;

  private:
    std::size_t find(std::int64_t waited) const;

    std::int64_t limit_;
    LengthPrior prior_;
    std::vector<std::int64_t> waits_;  ///< What may have been waited at an hour's begin; ascending.
};

}  // namespace penstock::carbon
