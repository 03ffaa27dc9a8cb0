#include "advise/carbon/suspend.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "advise/carbon/test_series.h"

namespace penstock::carbon {
namespace {

TEST(Ecovisor, threshold_lies_between_the_seconds_of_the_quantile) {
    std::vector<std::int64_t> values;
    for (std::int64_t hour = 0; hour < 26; ++hour) values.push_back((hour % 24 + 1) * 1000);
    // 0.3 of 24 hours is within the eighth lowest.
    EXPECT_EQ(ecovisor_threshold_tenths(HourlySeries(values), 0), 80'000);
    // From half past, the lowest hour counts by its two halves, and the same hour is reached.
    EXPECT_EQ(ecovisor_threshold_tenths(HourlySeries(values), 1800), 80'000);
    // 25,920 s of the lower value: the place, 25,919.7, lies 0.7 of the way to the higher.
    std::vector<std::int64_t> two(25, 2000);
    std::fill_n(two.begin(), 8, 1000);
    EXPECT_EQ(ecovisor_threshold_tenths(HourlySeries(two), 2880), 17'000);
}

TEST(Ecovisor, runs_below_the_threshold_until_its_wait_is_used_up) {
    std::vector<std::int64_t> values(48, 500);
    values[1] = 100;
    values[4] = 90;
    for (const std::size_t hour : {10U, 11U, 12U, 13U, 14U, 15U, 16U}) values[hour] = 200;
    const HourlySeries series(values);
    // The threshold is 200: hours 1 and 4 are below it. Waits hours 0, 2, 3, 5 and half of 6.
    const auto run = ecovisor(series, {.arrival = 0, .length = 4 * kHour, .wait_limit = 16'200});
    EXPECT_EQ(run, (std::vector<Segment>{{kHour, 2 * kHour},
                                         {4 * kHour, 5 * kHour},
                                         {6 * kHour + 1800, 8 * kHour + 1800}}));
}

/// The cheapest way to run `length` of the first `length + wait` hours, by trying all.
std::int64_t cheapest(const std::vector<std::int64_t>& values, unsigned length, unsigned wait) {
    std::int64_t best = INT64_MAX;
    for (unsigned set = 0; set < (1U << (length + wait)); ++set) {
        if (std::popcount(set) != static_cast<int>(length)) continue;
        std::int64_t sum = 0;
        for (unsigned hour = 0; hour < length + wait; ++hour)
            if ((set >> hour & 1U) != 0) sum += values[hour] * kHour;
        best = std::min(best, sum);
    }
    return best;
}

RC_GTEST_PROP(WaitAwhile, is_the_optimum_of_all_ways_to_suspend, ()) {
    const auto values =
        *rc::gen::container<std::vector<std::int64_t>>(12, rc::gen::inRange<std::int64_t>(0, 30));
    const auto length = *rc::gen::inRange<std::int64_t>(1, 6);
    const auto wait = *rc::gen::inRange<std::int64_t>(0, 6);
    const HourlySeries series(values);
    const auto run = wait_awhile(series, {0, length * kHour, wait * kHour});
    RC_ASSERT(emitted(series, run) ==
              cheapest(values, static_cast<unsigned>(length), static_cast<unsigned>(wait)));
}

}  // namespace
}  // namespace penstock::carbon
