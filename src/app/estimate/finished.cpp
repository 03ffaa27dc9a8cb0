#include "app/estimate/finished.h"

#include <vector>

#include "advise/estimate/calibrate.h"
#include "advise/estimate/runs.h"
#include "base/try.h"
#include "files/whole_file.h"

namespace penstock::app {
namespace {

constexpr std::size_t kBytesMax = 16'000'000;

inline constexpr Rejection kNothingFinished{
    17042, Code::invalid_argument, "NOTHING_FINISHED",
    "Each finished run needs device_hours, params_b, tokens_b and a device that we know, and there "
    "must be one."};

}  // namespace

Result<estimate::Estimator> estimator_taught_by(const std::string& csv_file) {
    TRY_ASSIGN(auto estimator, estimate::Estimator::shipped());
    if (csv_file.empty()) return estimator;
    TRY_ASSIGN(const std::string csv, files::read_file(csv_file, kBytesMax));
    TRY_ASSIGN(const auto runs, estimate::read_runs(csv, csv_file, estimator));
    std::vector<estimate::Observation> observations;
    for (const estimate::RunCheck& check : check_runs(estimator, runs).rows) {
        // Nobody's own runs are left out in silence.
        if (check.standing == estimate::Standing::refused)
            return reject(kNothingFinished, "finished", check.run.model + ": " + check.why);
        if (!check.estimate || check.standing == estimate::Standing::outlier) continue;
        observations.push_back({check.estimate->chip.model, check.estimate->device_hours.expected,
                                *check.run.device_hours});
    }
    if (observations.empty()) return reject(kNothingFinished, "finished");
    return calibrated(std::move(estimator), observations);
}

}  // namespace penstock::app
