#pragma once

#include <functional>
#include <string>
#include <vector>

#include "penstock/v1/statement.pb.h"

namespace penstock::agent {

/// The middle value of an odd number of values, the mean of the middle two of an even number.
/// @param values  At least one.
double median(std::vector<double> values);

/// What was measured, apart from the values.
struct MeasurementText {
    std::string name;
    std::string unit;
    std::string method;
    std::string software;
};

/// Median and spread of repeated values, in thousandths of the unit, rounded to the nearest.
v1::Measurement summarise(const MeasurementText& text, const std::vector<double>& values);

/// Seconds that `work` takes, by a clock that is never set.
double seconds_of(const std::function<void()>& work);

}  // namespace penstock::agent
