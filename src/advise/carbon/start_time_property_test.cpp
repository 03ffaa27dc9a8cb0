#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "advise/carbon/start_time.h"
#include "advise/carbon/test_series.h"

namespace penstock::carbon {
namespace {

/// The sum again, second by second.
std::int64_t slow_sum(const HourlySeries& series, std::int64_t from, std::int64_t length) {
    std::int64_t sum = 0;
    for (std::int64_t second = from; second < from + length; ++second) sum += series.at(second);
    return sum;
}

struct Setting {
    HourlySeries series;
    std::int64_t arrival;
    Queue queue;
};

Setting any_setting() {
    const auto values =
        *rc::gen::container<std::vector<std::int64_t>>(20, rc::gen::inRange<std::int64_t>(0, 40));
    return {HourlySeries(values),
            *rc::gen::inRange<std::int64_t>(0, 2 * kHour),
            {.wait_limit = *rc::gen::inRange<std::int64_t>(0, 8 * kHour),
             .mean_length = *rc::gen::inRange<std::int64_t>(1, 5 * kHour)}};
}

RC_GTEST_PROP(StartTime, lowest_window_is_the_first_of_the_lowest, ()) {
    const Setting it = any_setting();
    const std::int64_t start = lowest_window(it.series, it.arrival, it.queue);
    RC_ASSERT(start >= it.arrival && start <= it.arrival + it.queue.wait_limit);
    RC_ASSERT((start - it.arrival) % kHour == 0);
    const std::int64_t lowest = slow_sum(it.series, start, it.queue.mean_length);
    for (std::int64_t at = it.arrival; at <= it.arrival + it.queue.wait_limit; at += kHour) {
        const std::int64_t sum = slow_sum(it.series, at, it.queue.mean_length);
        RC_ASSERT((at < start ? sum > lowest : sum >= lowest));
    }
}

RC_GTEST_PROP(StartTime, carbon_time_saves_most_by_the_second, ()) {
    const Setting it = any_setting();
    const std::int64_t start = carbon_time(it.series, it.arrival, it.queue);
    RC_ASSERT(start >= it.arrival && start <= it.arrival + it.queue.wait_limit);
    const std::int64_t at_once = slow_sum(it.series, it.arrival, it.queue.mean_length);
    const auto rate = [&](std::int64_t at) {
        return static_cast<double>(at_once - slow_sum(it.series, at, it.queue.mean_length)) /
               static_cast<double>(at - it.arrival + it.queue.mean_length);
    };
    for (std::int64_t at = it.arrival; at <= it.arrival + it.queue.wait_limit; at += kHour)
        RC_ASSERT(rate(at) <= rate(start) + 1e-9);
}

RC_GTEST_PROP(StartTime, lowest_slot_starts_in_the_lowest_second, ()) {
    const Setting it = any_setting();
    const std::int64_t start = lowest_slot(it.series, it.arrival, it.queue);
    for (std::int64_t at = it.arrival; at <= it.arrival + it.queue.wait_limit; ++at) {
        if (at < start) {
            RC_ASSERT(it.series.at(at) > it.series.at(start));
        } else {
            RC_ASSERT(it.series.at(at) >= it.series.at(start));
        }
    }
}

TEST(StartTime, carbon_time_does_not_wait_long_for_little) {
    // An hour from now 10 are saved of 100, five hours from now 15.
    const HourlySeries series({100, 90, 100, 100, 100, 85, 100, 100});
    const Queue queue{.wait_limit = 6 * kHour, .mean_length = kHour};
    EXPECT_EQ(carbon_time(series, 0, queue), kHour);
    EXPECT_EQ(lowest_window(series, 0, queue), 5 * kHour);
    EXPECT_EQ(lowest_slot(series, 0, queue), 5 * kHour);
}

}  // namespace
}  // namespace penstock::carbon
