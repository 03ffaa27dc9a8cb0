#include "advise/estimate/calibrate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "advise/estimate/mfu_groups.h"
#include "advise/estimate/mfu_table.h"

namespace penstock::estimate {

namespace {

constexpr double kRunsOfDoubt = 4;
constexpr std::size_t kRunsForWidth = 10;

}  // namespace

Estimator calibrated(Estimator estimator, std::span<const Observation> observations) {
    const double bound = std::log(kCorrectionMost);
    const auto& chips = estimator.chips.chips();
    std::map<std::string, std::vector<double>> by_chip;
    for (const Observation& run : observations) {
        const double log = std::log(run.measured_device_hours / run.estimated_device_hours);
        if (!(run.measured_device_hours > 0) || !(run.estimated_device_hours > 0) ||
            !std::isfinite(log))
            continue;
        if (std::ranges::find(chips, run.chip, &Chip::model) == chips.end()) continue;
        by_chip[run.chip].push_back(std::clamp(log, -bound, bound));
    }
    for (auto& [model, logs] : by_chip) {
        Correction& correction = estimator.corrections[model];
        const auto runs = static_cast<double>(logs.size());
        const double middle = median(logs);
        correction.log_bias =
            std::clamp(correction.log_bias + middle * runs / (runs + kRunsOfDoubt), -bound, bound);
        if (logs.size() < kRunsForWidth) continue;
        const auto chip = std::ranges::find(chips, model, &Chip::model);
        const double before = estimator.mfu.utilisation(*chip, {.parameters = 7e9}).log_width;
        for (double& log : logs) log -= middle;
        correction.width_factor =
            std::clamp(spread(logs, kCoverage) / before, 1 / kCorrectionMost, kCorrectionMost);
    }
    return estimator;
}

}  // namespace penstock::estimate
