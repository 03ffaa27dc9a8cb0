#include "advise/carbon/outlook.h"

#include <algorithm>
#include <cmath>

namespace penstock::carbon {

double mean_of_day(const HourlySeries& series, std::int64_t first) {
    std::int64_t sum = 0;
    for (std::int64_t hour = first; hour < first + 24; ++hour) sum += series.hour(hour);
    return static_cast<double>(sum) / 24;
}

double deviation_of_day(const HourlySeries& series, std::int64_t first) {
    const double mean = mean_of_day(series, first);
    double squares = 0;
    for (std::int64_t hour = first; hour < first + 24; ++hour) {
        const double off = static_cast<double>(series.hour(hour)) - mean;
        squares += off * off;
    }
    return std::sqrt(squares / 24);
}

std::vector<double> outlook(const HourlySeries& series, KnownHours known, std::int64_t from,
                            std::int64_t count) {
    const double mean = mean_of_day(series, known.last - 23);
    const auto off_mean = [&](std::int64_t hour) {
        return static_cast<double>(series.hour(hour)) - mean;
    };
    double surprise = 0;
    if (known.last - 24 >= known.first)
        surprise = off_mean(known.last) - kDayLikeness * off_mean(known.last - 24);
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(count));
    for (std::int64_t hour = from; hour < from + count; ++hour) {
        if (hour <= known.last) {
            values.push_back(static_cast<double>(series.hour(hour)));
            continue;
        }
        surprise *= kHourLikeness;
        const std::int64_t days = (hour - known.last + 23) / 24;
        double likeness = 1;
        for (std::int64_t day = 0; day < days; ++day) likeness *= kDayLikeness;
        values.push_back(std::max(0.0, mean + likeness * off_mean(hour - 24 * days) + surprise));
    }
    return values;
}

}  // namespace penstock::carbon
