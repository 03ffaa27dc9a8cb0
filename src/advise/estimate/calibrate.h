#pragma once

#include <span>
#include <string>

#include "advise/estimate/training.h"

namespace penstock::estimate {

/// What a finished run took, beside what this very estimator said before.
struct Observation {
    std::string chip{};  ///< As TrainingEstimate::chip.model names it.
    double estimated_device_hours = 0;
    double measured_device_hours = 0;
};

/// However many runs say so, no correction goes beyond a factor of 2 in all, nor the interval's
/// width beyond half and double.
inline constexpr double kCorrectionMost = 2;

/// The estimator, corrected by finished runs, chip by chip.
///
/// The correction moves by the median of ln (measured ÷ estimated), cut at the bound before, and
/// shrunk by n ÷ (n + 4): a few runs move it a little, and a minority of strange ones hardly at
/// all. From 10 runs on, the interval takes on the spread that they have around their median, as
/// far as the bounds let it. Neither order nor what other chips did matters; of no runs, it is the
/// same estimator. Observations that are no numbers above zero, or of a chip without a row, are
/// passed over.
Estimator calibrated(Estimator estimator, std::span<const Observation> observations);

}  // namespace penstock::estimate
