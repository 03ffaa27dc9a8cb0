#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace penstock::plan {

/// Equal slots, each doing one task after another.
struct Lane {
    std::uint32_t slots = 0;  ///< 1 or more.
    Duration task_time;       ///< Above zero.
};

struct Sharing {
    std::vector<std::uint32_t> tasks;  ///< For each lane.
    std::vector<Duration> finishes;    ///< For each lane; 0 where it does nothing.
    Duration finish;                   ///< Of the last.
};

/// Who does how many of `tasks` when each free slot takes the next one at once, as the exchange
/// assigns them. Between slots that become free together, the lane named first takes first.
/// @param lanes  At least one.
/// O(lanes × log(tasks × longest task time)).
Sharing share_tasks(std::uint32_t tasks, std::span<const Lane> lanes);

/// Takes away slots until no more than `tasks` are left, in proportion to what each lane gets done
/// in a time. Lanes may be left with none.
void trim_slots(std::uint32_t tasks, std::span<Lane> lanes);

}  // namespace penstock::plan
