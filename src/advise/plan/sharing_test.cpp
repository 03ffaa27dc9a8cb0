#include "advise/plan/sharing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace penstock::plan {
namespace {

using testing::ElementsAre;

std::vector<std::uint32_t> slots(const std::vector<Lane>& lanes) {
    std::vector<std::uint32_t> counts;
    for (const Lane& lane : lanes) counts.push_back(lane.slots);
    return counts;
}

TEST(Sharing, gives_a_lane_twice_as_fast_twice_the_tasks) {
    const Sharing sharing = share_tasks(12, std::vector<Lane>{{2, seconds(10)}, {2, seconds(20)}});
    EXPECT_THAT(sharing.tasks, ElementsAre(8, 4));
    EXPECT_THAT(sharing.finishes, ElementsAre(seconds(40), seconds(40)));
    EXPECT_EQ(sharing.finish, seconds(40));
}

TEST(Sharing, gives_the_last_task_to_who_is_free_first) {
    // At 0 both begin, at 10 s the fast one, at 20 s the fast one: its name comes first.
    const Sharing sharing = share_tasks(4, std::vector<Lane>{{1, seconds(10)}, {1, seconds(20)}});
    EXPECT_THAT(sharing.tasks, ElementsAre(3, 1));
    EXPECT_EQ(sharing.finish, seconds(30));
}

TEST(Sharing, lets_slots_stand_idle_in_the_last_wave) {
    const Sharing sharing = share_tasks(5, std::vector<Lane>{{4, seconds(3)}});
    EXPECT_THAT(sharing.tasks, ElementsAre(5));
    EXPECT_EQ(sharing.finish, seconds(6));
}

TEST(Sharing, trims_slots_to_the_tasks_by_speed) {
    std::vector<Lane> lanes{{32, seconds(10)}, {32, seconds(20)}};
    trim_slots(24, lanes);
    EXPECT_THAT(slots(lanes), ElementsAre(16, 8));
    trim_slots(24, lanes);
    EXPECT_THAT(slots(lanes), ElementsAre(16, 8));
    trim_slots(1, lanes);
    EXPECT_THAT(slots(lanes), ElementsAre(1, 0));
}

TEST(Sharing, trims_no_lane_above_the_slots_it_has) {
    std::vector<Lane> lanes{{2, seconds(1)}, {50, seconds(100)}, {50, seconds(100)}};
    trim_slots(12, lanes);
    EXPECT_THAT(slots(lanes), ElementsAre(2, 5, 5));
}

std::vector<Lane> draw_lanes() {
    std::vector<Lane> lanes;
    const auto count = *rc::gen::inRange(1, 7);
    for (int i = 0; i < count; ++i) {
        lanes.push_back({*rc::gen::inRange<std::uint32_t>(1, 20),
                         Duration{*rc::gen::inRange<std::int64_t>(1, 30)}});
    }
    return lanes;
}

/// One task after another to the slot that is free first.
Sharing share_naively(std::uint32_t tasks, const std::vector<Lane>& lanes) {
    struct Slot {
        Duration free_at;
        std::size_t lane;
    };
    std::vector<Slot> all;
    Sharing sharing;
    sharing.tasks.resize(lanes.size());
    sharing.finishes.resize(lanes.size());
    for (std::size_t i = 0; i < lanes.size(); ++i) all.insert(all.end(), lanes[i].slots, {{}, i});
    for (std::uint32_t task = 0; task < tasks; ++task) {
        const auto next = std::ranges::min_element(
            all, {}, [](const Slot& slot) { return std::pair(slot.free_at, slot.lane); });
        next->free_at = next->free_at + lanes[next->lane].task_time;
        ++sharing.tasks[next->lane];
        sharing.finishes[next->lane] = std::max(sharing.finishes[next->lane], next->free_at);
        sharing.finish = std::max(sharing.finish, next->free_at);
    }
    return sharing;
}

RC_GTEST_PROP(SharingProperty, agrees_with_handing_out_tasks_one_by_one, ()) {
    const auto lanes = draw_lanes();
    const auto tasks = *rc::gen::inRange<std::uint32_t>(1, 300);
    const Sharing sharing = share_tasks(tasks, lanes);
    const Sharing naive = share_naively(tasks, lanes);
    RC_ASSERT(sharing.tasks == naive.tasks);
    RC_ASSERT(sharing.finishes == naive.finishes);
    RC_ASSERT(sharing.finish == naive.finish);
}

RC_GTEST_PROP(SharingProperty, trims_to_exactly_the_tasks_when_there_are_more_slots, ()) {
    const auto lanes = draw_lanes();
    auto trimmed = lanes;
    const auto tasks = *rc::gen::inRange<std::uint32_t>(1, 150);
    trim_slots(tasks, trimmed);
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        RC_ASSERT(trimmed[i].slots <= lanes[i].slots);
        before += lanes[i].slots;
        after += trimmed[i].slots;
    }
    RC_ASSERT(after == std::min(before, tasks));
}

}  // namespace
}  // namespace penstock::plan
