#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/money.h"
#include "base/time.h"
#include "penstock/v1/task.pb.h"

namespace penstock::plan {

/// Where the time of a task comes from.
enum class TimeBasis : std::uint8_t {
    guess,  ///< Nobody has said how long a task takes.
    speed,  ///< The time on a reference core is known, and scales with each pool's measured speed.
    trial,  ///< The job itself was tried on each product.
};

/// What a workload asks of a plan.
struct Requirement {
    std::uint32_t tasks = 1;
    std::uint32_t cpus = 1;          ///< Of each task.
    std::uint64_t memory_bytes = 0;  ///< Of each task.
    Duration reference_time;         ///< Of each task, on reference cores.
    TimeBasis time_basis = TimeBasis::guess;
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
