#pragma once

#include <cstdint>

#include "advise/carbon/job_list.h"
#include "advise/carbon/series.h"

/// When to start a job that is not interrupted, as GAIA (Hanafy et al., ASPLOS'24) defines it. None
/// of these is told the job's length. Each returns an instant from `arrival` to
/// `arrival + queue.wait_limit`; of equal ones the earliest.
namespace penstock::carbon {

/// The first instant of the lowest value within the wait.
std::int64_t lowest_slot(const HourlySeries& series, std::int64_t arrival, const Queue& queue);

/// Of the starts each hour after the arrival, the one with the lowest sum over the mean length.
std::int64_t lowest_window(const HourlySeries& series, std::int64_t arrival, const Queue& queue);

/// Of the same, the one that saves most for each second until a job of mean length would be done.
std::int64_t carbon_time(const HourlySeries& series, std::int64_t arrival, const Queue& queue);

}  // namespace penstock::carbon
