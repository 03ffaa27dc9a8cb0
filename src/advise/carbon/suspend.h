#pragma once

#include <cstdint>
#include <vector>

#include "advise/carbon/series.h"

/// When a job that can be suspended runs. The segments are in order, do not touch, and add up to
/// the job's length; the time between arrival and end that is not in them is at most the wait
/// limit.
namespace penstock::carbon {

struct SuspendableJob {
    std::int64_t arrival = 0;
    std::int64_t length = 0;      ///< Above 0.
    std::int64_t wait_limit = 0;  ///< Suspended in all, at most.
};

/// Ten times the 0.3 quantile of the values of 24 hours from `arrival`, each second counted;
/// between two of them linear, as pandas computes it.
std::int64_t ecovisor_threshold_tenths(const HourlySeries& series, std::int64_t arrival);

/// Runs while the value is below the 0.3 quantile of the 24 hours after the arrival, and always
/// once the wait is used up (Souza et al., ASPLOS'23, as GAIA has it). The length only ends it.
std::vector<Segment> ecovisor(const HourlySeries& series, const SuspendableJob& job);

/// The optimum for who knows the length: the cheapest seconds up to the last permitted end
/// (WaitAwhile, Wiesner et al., Middleware'21). Of equal ones the earliest.
std::vector<Segment> wait_awhile(const HourlySeries& series, const SuspendableJob& job);

}  // namespace penstock::carbon
