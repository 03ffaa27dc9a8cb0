#pragma once

#include <cstdint>

#include "advise/carbon/job_list.h"

namespace penstock::carbon {

enum class Lengths : std::uint8_t {
    exponential,   ///< Mean 2.5 h.
    heavy_tailed,  ///< Pareto of shape 1.2 from 20 min.
    even,          ///< Any from 10 min to 10 h.
};

/// A made-up list of jobs, the same for the same seed: arrivals evenly over a week, lengths from 5
/// min to 60 h, 1 to 8 cores.
JobList synthetic_jobs(Lengths lengths, std::int64_t count, std::uint64_t seed);

}  // namespace penstock::carbon
