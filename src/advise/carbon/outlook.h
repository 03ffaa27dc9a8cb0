#pragma once

#include <cstdint>
#include <vector>

#include "advise/carbon/series.h"

namespace penstock::carbon {

/// The hours of a series that may be looked at, both ends included; at least 24.
struct KnownHours {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// What may be expected of the hours that are not known: the same hour of the day before, drawn
/// half way to the mean of the last 24 known hours for each day (kDayLikeness), and what the last
/// known hour differs from that, less by a tenth each hour (kHourLikeness).
///
/// Both were rounded from the year 2022 of Germany, Poland and north Sweden: slopes on the day
/// before of 0.61, 0.62 and 0.07; of differences 0.93, 0.92 and 0.82 an hour.
inline constexpr double kDayLikeness = 0.5;
inline constexpr double kHourLikeness = 0.9;

/// The values of `count` hours from `from`, which is in `known` or right after it: those that are
/// known and, after them, what to expect. Reads no hour that is not known.
std::vector<double> outlook(const HourlySeries& series, KnownHours known, std::int64_t from,
                            std::int64_t count);

/// The standard deviation of 24 hours.
double deviation_of_day(const HourlySeries& series, std::int64_t first);
double mean_of_day(const HourlySeries& series, std::int64_t first);

}  // namespace penstock::carbon
