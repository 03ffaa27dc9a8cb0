#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/error.h"

namespace penstock::app {

/// A policy of when to run what can wait.
struct PolicyPoint {
    std::string name;
    double carbon = 1;  ///< Against running at once.
    double wait_hours = 0;
    std::optional<double> published;  ///< What its authors report of `carbon`.
};

/// A PNG: carbon over the mean wait, a point for each policy, a ring where it was published.
/// @retval kChartFault
Result<std::string> policies_chart(std::span<const PolicyPoint> points);

}  // namespace penstock::app
