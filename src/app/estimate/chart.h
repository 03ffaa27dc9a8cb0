#pragma once

#include <string>

#include "advise/estimate/runs.h"
#include "base/error.h"

namespace penstock::app {

/// A PNG: published against estimated device-hours, both logarithmic, with intervals, for all rows
/// that have an estimate.
/// @retval kChartFault
Result<std::string> runs_chart(const estimate::RunsReport& report);

}  // namespace penstock::app
