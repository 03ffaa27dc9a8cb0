#pragma once

#include <array>

#include "base/error.h"

namespace penstock::carbon {

inline constexpr Rejection kSeriesInvalid{
    16501, Code::invalid_argument, "CARBON_SERIES_INVALID",
    "An hourly series is a CSV file with one number an hour in its last column, 0 to 100,000, with "
    "at most three decimals."};
inline constexpr Rejection kJobListInvalid{
    16502, Code::invalid_argument, "JOB_LIST_INVALID",
    "A list of jobs is a CSV file with the columns arrival_time, length (seconds) and cpus, each "
    "job longer than 0."};
inline constexpr Rejection kSeriesTooShort{
    16503, Code::out_of_range, "CARBON_SERIES_TOO_SHORT",
    "The hours that were asked for are not all in the series, or a job would look or run beyond "
    "them; ask for more hours or an earlier start."};
inline constexpr Rejection kPolicyUnknown{16504, Code::not_found, "START_POLICY_UNKNOWN",
                                          "There is no policy of this name."};

inline constexpr std::array kRejections{&kSeriesInvalid, &kJobListInvalid, &kSeriesTooShort,
                                        &kPolicyUnknown};

}  // namespace penstock::carbon
