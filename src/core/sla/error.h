#pragma once

#include "base/error.h"

/// Every way in which service levels say no: 22001 to 22005.
namespace penstock::sla {

inline constexpr Rejection kObjectivesInvalid{
    22001, Code::invalid_argument, "OBJECTIVES_INVALID",
    "A service level has 1 to 3 objectives: availability, start time, throughput, each once at "
    "most."};
inline constexpr Rejection kObjectiveUnknown{
    22002, Code::invalid_argument, "OBJECTIVE_UNKNOWN",
    "Say what is promised: availability, start time or throughput."};
inline constexpr Rejection kStartTimeInvalid{
    22003, Code::invalid_argument, "START_TIME_INVALID",
    "A start time of up to 30 days, in nanoseconds, belongs to that objective and to no other."};
inline constexpr Rejection kCreditStepsInvalid{
    22004, Code::invalid_argument, "CREDIT_STEPS_INVALID",
    "Give 1 to 10 steps: parts from 1,000,000 per million down, credits from 1 to 10,000 basis "
    "points up."};
inline constexpr Rejection kCreditCapInvalid{
    22005, Code::invalid_argument, "CREDIT_CAP_INVALID",
    "Cap the credits of a period at 1 to 10,000 basis points of its charge."};

inline constexpr const Rejection* kRejections[] = {&kObjectivesInvalid, &kObjectiveUnknown,
                                                   &kStartTimeInvalid, &kCreditStepsInvalid,
                                                   &kCreditCapInvalid};

}  // namespace penstock::sla
