#include "advise/plan/sharing.h"

#include <algorithm>
#include <numeric>

#include "base/assert.h"

namespace penstock::plan {

namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kSpeedScale = 1'000'000'000'000'000'000;

/// How many tasks have begun at `when` or before, if there are enough of them.
Wide count_begun(std::span<const Lane> lanes, std::int64_t when_ns) {
    Wide count = 0;
    for (const Lane& lane : lanes) {
        count += static_cast<Wide>(lane.slots) * (when_ns / lane.task_time.ns + 1);
    }
    return count;
}

/// The first instant by which `tasks` have begun.
std::int64_t last_begin_ns(std::uint32_t tasks, std::span<const Lane> lanes) {
    // Even the slowest slot alone would have begun them all by then.
    std::int64_t high = 0;
    for (const Lane& lane : lanes) high = std::max(high, lane.task_time.ns * tasks);
    std::int64_t low = 0;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (count_begun(lanes, middle) >= tasks) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

}  // namespace

Sharing share_tasks(std::uint32_t tasks, std::span<const Lane> lanes) {
    PENSTOCK_ASSERT(!lanes.empty() && tasks > 0);
    const std::int64_t last_begin = last_begin_ns(tasks, lanes);
    Wide surplus = count_begun(lanes, last_begin) - tasks;
    Sharing sharing;
    sharing.tasks.resize(lanes.size());
    sharing.finishes.resize(lanes.size());
    for (std::size_t i = lanes.size(); i-- > 0;) {
        const Lane& lane = lanes[i];
        Wide count = static_cast<Wide>(lane.slots) * (last_begin / lane.task_time.ns + 1);
        if (last_begin % lane.task_time.ns == 0) {  // It could begin some at that very instant.
            const Wide spared = std::min<Wide>(surplus, lane.slots);
            count -= spared;
            surplus -= spared;
        }
        sharing.tasks[i] = static_cast<std::uint32_t>(count);
        const std::int64_t waves = (sharing.tasks[i] + std::int64_t{lane.slots} - 1) / lane.slots;
        sharing.finishes[i] = Duration{waves * lane.task_time.ns};
        sharing.finish = std::max(sharing.finish, sharing.finishes[i]);
    }
    PENSTOCK_ASSERT(surplus == 0);
    return sharing;
}

void trim_slots(std::uint32_t tasks, std::span<Lane> lanes) {
    std::uint64_t total = 0;
    for (const Lane& lane : lanes) total += lane.slots;
    if (total <= tasks) return;

    std::vector<Wide> speeds;
    for (const Lane& lane : lanes) {
        const Wide speed = static_cast<Wide>(lane.slots) * kSpeedScale / lane.task_time.ns;
        speeds.push_back(std::max<Wide>(speed, 1));
    }
    std::vector<std::size_t> open(lanes.size());  // Lanes that are not given all their slots yet.
    std::iota(open.begin(), open.end(), std::size_t{0});
    std::uint32_t left = tasks;
    Wide sum = 0;
    for (bool settled = false; !settled;) {
        sum = 0;
        for (const std::size_t i : open) sum += speeds[i];
        const std::uint32_t to_share = left;
        const auto filled = std::erase_if(open, [&](std::size_t i) {
            if (to_share * speeds[i] / sum < lanes[i].slots) return false;
            left -= lanes[i].slots;
            return true;
        });
        settled = filled == 0;
    }
    std::uint32_t rest = left;
    for (const std::size_t i : open) {
        lanes[i].slots = static_cast<std::uint32_t>(left * speeds[i] / sum);
        rest -= lanes[i].slots;
    }
    // Fewer than there are lanes: to those least used for their speed, first named first.
    std::ranges::stable_sort(open, [&](std::size_t a, std::size_t b) {
        return (lanes[a].slots + 1) * speeds[b] < (lanes[b].slots + 1) * speeds[a];
    });
    for (std::size_t k = 0; k < rest; ++k) ++lanes[open[k]].slots;
}

}  // namespace penstock::plan
