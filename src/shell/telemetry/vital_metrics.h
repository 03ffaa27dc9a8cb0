#pragma once

#include <prometheus/metric_family.h>

#include <string_view>
#include <vector>

#include "shell/telemetry/vitals.h"

namespace penstock::shell {

/// Stands for a method that the server has none of.
inline constexpr std::string_view kNoMethod = "none";

/// What is not counted as it happens but looked up when somebody asks. Sorted by meaning.
std::vector<prometheus::MetricFamily> vital_metrics(const Vitals& vitals);

}  // namespace penstock::shell
