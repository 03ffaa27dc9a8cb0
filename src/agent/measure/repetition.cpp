#include "agent/measure/repetition.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace penstock::agent {

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

v1::Measurement summarise(const MeasurementText& text, const std::vector<double>& values) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    v1::Measurement measurement;
    measurement.set_name(text.name);
    measurement.set_unit(text.unit);
    measurement.set_value_milli(std::llround(median(values) * 1000));
    measurement.set_spread_milli(std::llround((*most - *least) * 1000));
    measurement.set_repetitions(static_cast<std::uint32_t>(values.size()));
    measurement.set_method(text.method);
    measurement.set_software(text.software);
    return measurement;
}

double seconds_of(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace penstock::agent
