#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advise/estimate/training.h"

namespace penstock::estimate {

/// A training run of which somebody published what it took: a row of data/tables/llm_runs.csv.
struct PublishedRun {
    std::string model{};
    TrainingRequest request{};
    std::optional<double> device_hours{};
    /// Whether its device-hours were read in a source, and not recalled.
    bool read = false;
    std::string source{};
};

/// Reads runs in the form of data/tables/llm_runs.csv. A run at FP8 says "FP8 mixed" in its notes,
/// or fp8 in a column `precision`; where the notes name one chip of the device's family (A100-40G),
/// it is that one.
/// @retval kTableBroken and what CSV is refused for
Result<std::vector<PublishedRun>> read_runs(std::string_view csv, std::string_view file,
                                            const Estimator& estimator);

enum class Standing {
    counted,
    recalled,    ///< Compared, but its device-hours are from memory.
    outlier,     ///< Compared, but the table says that its hours are not those of one training.
    incomplete,  ///< No device-hours or tokens to compare.
    refused,     ///< The estimator has no answer; `why` says so.
};
std::string_view name(Standing standing);

struct RunCheck {
    PublishedRun run{};
    Standing standing = Standing::incomplete;
    std::string why{};
    std::optional<TrainingEstimate> estimate{};

    /// Estimated ÷ published.
    double ratio() const { return estimate->device_hours.expected / *run.device_hours; }
    bool within() const {
        return estimate->device_hours.low <= *run.device_hours &&
               *run.device_hours <= estimate->device_hours.high;
    }
};

struct RunsReport {
    std::vector<RunCheck> rows{};
    std::size_t counted = 0;
    double median_error = 0;  ///< Of |ratio − 1| over the counted rows.
    double worst_factor = 1;  ///< Of max(ratio, 1 ÷ ratio).
    double coverage = 0;      ///< Share of the counted rows within their interval.
};

/// Puts our estimate beside each run. Learns nothing.
RunsReport check_runs(const Estimator& estimator, const std::vector<PublishedRun>& runs);

}  // namespace penstock::estimate
