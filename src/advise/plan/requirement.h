#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/money.h"
#include "base/time.h"
#include "penstock/v1/task.pb.h"

namespace penstock::plan {

/// What a workload asks of a plan.
struct Requirement {
    std::uint32_t tasks = 1;
    std::uint32_t cpus = 1;          ///< Of each task.
    std::uint64_t memory_bytes = 0;  ///< Of each task.
    Duration reference_time;         ///< Of each task, on reference cores.
    bool reference_time_known = false;
    Duration task_time_max;  ///< A task is killed beyond.
    std::uint32_t attempts_max = 1;
    std::optional<Duration> deadline;
    std::optional<Money> price_max;
    Currency currency;
    Instant now;
};

/// @retval kSpecOutOfRange, kMaxPriceInvalid
Result<Requirement> read_requirement(const v1::WorkloadSpec& spec, Currency currency, Instant now);

}  // namespace penstock::plan
