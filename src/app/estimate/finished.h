#pragma once

#include <string>

#include "advise/estimate/training.h"

namespace penstock::app {

/// The estimator that is shipped, corrected by the finished runs of a file.
/// @param csv_file  In the form of data/tables/llm_runs.csv, with device-hours in each row that
///                  counts; empty for no file.
/// @retval kNothingFinished and what a file or its rows are refused for
Result<estimate::Estimator> estimator_taught_by(const std::string& csv_file);

}  // namespace penstock::app
