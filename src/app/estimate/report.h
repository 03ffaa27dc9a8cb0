#pragma once

#include <string>

#include "advise/estimate/inference.h"
#include "advise/estimate/runs.h"
#include "advise/estimate/training.h"
#include "format/words.h"

namespace penstock::app {

/// One JSON object with a line end; its keys are in docs/estimator.md and are only ever added to.
std::string report_json(const estimate::TrainingEstimate& estimate, estimate::Method method);
std::string report_json(const estimate::InferenceEstimate& estimate);
std::string report_json(const estimate::RunsReport& report);

/// A table: each figure, its value, and where it comes from; then the warnings.
std::string report_text(const estimate::TrainingEstimate& estimate, format::Language language);
std::string report_text(const estimate::InferenceEstimate& estimate, format::Language language);
/// A line for each run, then how close the estimates are.
std::string report_text(const estimate::RunsReport& report, format::Language language);

/// "12,345.6": as many digits as say something, with commas.
std::string number_text(double value);

}  // namespace penstock::app
