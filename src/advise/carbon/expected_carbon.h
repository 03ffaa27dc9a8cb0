#pragma once

#include <cstdint>
#include <vector>

#include "advise/carbon/job_list.h"
#include "advise/carbon/series.h"

namespace penstock::carbon {

/// How much of the series Expected-Carbon may look at.
enum class Forecast : std::uint8_t {
    at_arrival,  ///< The 24 hours after the arrival; after them each hour when it has come.
    rolling,     ///< At every hour, the 24 hours from it.
};

/// What waiting counts beside running, in standard deviations of the day's values: little, so that
/// nobody waits for next to nothing.
inline constexpr double kWaitPrice = 0.02;

/// The part of Ecovisor's expected waiting that we may use: beliefs of lengths err, and it is
/// better to wait a little less than a little more.
inline constexpr double kWaitShare = 0.95;

/// Expected waiting that jobs before left unused, seconds: what Ecovisor was expected to keep them
/// waiting, times kWaitShare, less what we were. Starts at 0.
struct WaitAccount {
    double seconds = 0;
};

/// A job whose length only its end tells.
struct HiddenJob {
    std::int64_t arrival = 0;
    std::int64_t length = 0;  ///< Ends the run; nothing is decided by it.
};

/// Our own policy. Runs a job, by the hour, so that what it is expected to emit is least, given its
/// queue and the hours that may be looked at, and so that it is not expected to wait longer than
/// kWaitShare of what it would under Ecovisor, and what the account holds, with the same knowledge.
///
/// @param account  Is charged or credited; may be a fresh one.
/// @return As suspend.h says.
std::vector<Segment> expected_carbon(const HourlySeries& series, const HiddenJob& job,
                                     const Queue& queue, Forecast forecast, WaitAccount& account);

}  // namespace penstock::carbon
