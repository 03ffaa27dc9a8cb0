#pragma once

#include <span>

#include "advise/estimate/span.h"
#include "base/error.h"

namespace penstock::estimate {

/// What was measured of a pool, for a core or a card of it; 0 for what was not.
struct MeasuredProfile {
    double flops_per_s = 0;
    double memory_bytes_per_s = 0;
    double storage_bytes_per_s = 0;
};

/// How a job's time divides, in any unit; all 0 where nobody knows.
struct BoundBy {
    double compute = 0;
    double memory = 0;
    double storage = 0;
};

/// A short run of a part of the job: frames of a film, steps of a solver.
struct Probe {
    std::span<const double> seconds_each{};  ///< Of each part that ran; above 0.
    double parts = 1;                        ///< Of the whole job.
    BoundBy bound_by{};
};

/// The time that the whole job takes, one part after another, on a pool like `to`, when parts of it
/// ran on one like `from`.
///
/// The median of the parts' times, scaled by the ratios of what both pools have measured: as the
/// job's time divides, or by their geometric mean where that is unknown. The interval reaches from
/// the least ratio to the greatest (to the scaled one where the division is known), widened by how
/// the parts' times scatter.
/// @retval kFieldMissing (field "seconds_each")        Nothing ran.
/// @retval kAmountOutOfRange (field "seconds_each", "parts", "bound_by")
/// @retval kProbeIncomparable                          Nothing was measured on both that is needed.
Result<Span> scaled_seconds(const Probe& probe, const MeasuredProfile& from,
                            const MeasuredProfile& to);

}  // namespace penstock::estimate
