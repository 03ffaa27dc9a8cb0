#include "advise/carbon/hour_plan.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "advise/carbon/outlook.h"
#include "advise/carbon/test_series.h"

namespace penstock::carbon {
namespace {

const Queue kLong{.wait_limit = kDay, .mean_length = 7 * kHour, .shortest = 7200, .longest = 0};
const Queue kShort{.wait_limit = 6 * kHour, .mean_length = 2400, .shortest = 0, .longest = 7200};

TEST(LengthPrior, has_the_mean_and_the_bounds_of_its_queue) {
    for (const Queue& queue : {kLong, kShort}) {
        const LengthPrior prior(queue);
        EXPECT_NEAR(prior.mean(), static_cast<double>(queue.mean_length), 1);
        EXPECT_EQ(prior.survival(static_cast<double>(queue.shortest)), 1);
        EXPECT_NEAR(prior.expected_within(1e12), prior.mean(), 1);
    }
    EXPECT_EQ(LengthPrior(kShort).survival(7200), 0);
    EXPECT_GT(LengthPrior(kLong).survival(100 * kHour), 0.001);
}

TEST(LengthPrior, expected_work_is_the_integral_of_survival) {
    for (const Queue& queue :
         {kLong, kShort, Queue{kDay, 3600, 0, 7200}, Queue{kDay, 7000, 0, 7200}}) {
        const LengthPrior prior(queue);
        double sum = 0;
        for (int second = 0; second < 20'000; ++second) {
            sum += prior.survival(second + 0.5);
            if (second % 1000 == 999) {
                ASSERT_NEAR(prior.expected_within(second + 1), sum, 0.5);
            }
        }
    }
}

TEST(LengthPrior, takes_a_mean_outside_of_its_bounds_for_one_within) {
    const LengthPrior below(
        {.wait_limit = kDay, .mean_length = 60, .shortest = 7200, .longest = 0});
    EXPECT_GT(below.mean(), 7200);
    const LengthPrior above(
        {.wait_limit = kDay, .mean_length = 9999, .shortest = 0, .longest = 7200});
    EXPECT_LT(above.mean(), 7200);
    EXPECT_TRUE(std::isfinite(above.survival(100)));
}

struct Trial {
    std::vector<double> values;
    Standing from;
    double wait_price;
};

/// What a list of actions is expected to cost, and how long to wait, second by second.
double slow_cost(const Trial& trial, const Queue& queue, unsigned waits) {
    const LengthPrior prior(queue);
    double cost = 0;
    std::int64_t worked = trial.from.elapsed - trial.from.waited;
    std::int64_t waited = trial.from.waited;
    for (std::size_t hour = 0; hour < trial.values.size(); ++hour) {
        const std::int64_t lasts = hour == 0 ? trial.from.rest : kHour;
        const std::int64_t wait =
            (waits >> hour & 1U) != 0 ? std::min(lasts, queue.wait_limit - waited) : 0;
        cost += trial.wait_price * static_cast<double>(wait) *
                prior.survival(static_cast<double>(worked));
        waited += wait;
        cost += trial.values[hour] *
                (prior.expected_within(static_cast<double>(worked + lasts - wait)) -
                 prior.expected_within(static_cast<double>(worked)));
        worked += lasts - wait;
    }
    double mean = 0;
    for (const double value : trial.values)
        mean += value / static_cast<double>(trial.values.size());
    return cost + mean * (prior.mean() - prior.expected_within(static_cast<double>(worked)));
}

RC_GTEST_PROP(HourPlan, is_the_best_of_all_lists_of_hours, ()) {
    Queue queue = *rc::gen::element(kLong, kShort);
    queue.wait_limit = *rc::gen::inRange<std::int64_t>(1, 4 * kHour);
    const std::int64_t rest = *rc::gen::inRange<std::int64_t>(1, kHour + 1);
    Trial trial{{}, {.elapsed = 0, .waited = 0, .rest = rest}, 0};
    for (int hour = 0; hour < 8; ++hour) trial.values.push_back(*rc::gen::inRange(0, 100));
    trial.wait_price = *rc::gen::inRange(0, 10);
    if (*rc::gen::arbitrary<bool>()) {  // Hours later, of which some were waited.
        const std::int64_t hours = *rc::gen::inRange<std::int64_t>(0, 5);
        trial.from = {.elapsed = rest + hours * kHour, .waited = 0, .rest = kHour};
        trial.from.waited =
            std::min(queue.wait_limit, *rc::gen::inRange<std::int64_t>(0, hours + 1) * kHour);
    }
    const HourPlan plan = HourPlanner(queue, rest).plan(trial.values, trial.from, trial.wait_price);
    RC_ASSERT(plan.actions.size() == trial.values.size());
    unsigned chosen = 0;
    for (std::size_t hour = 0; hour < plan.actions.size(); ++hour)
        if (plan.actions[hour] == Action::wait) chosen |= 1U << hour;
    double best = std::numeric_limits<double>::infinity();
    for (unsigned waits = 0; waits < 1U << trial.values.size(); ++waits)
        best = std::min(best, slow_cost(trial, queue, waits));
    RC_ASSERT(slow_cost(trial, queue, chosen) <= best * (1 + 1e-9) + 1e-6);
}

TEST(HourPlan, does_not_wait_when_all_hours_are_alike) {
    const std::vector<double> values(12, 50);
    const HourPlan plan = HourPlanner(kShort, kHour).plan(values, {.rest = kHour}, 0);
    EXPECT_EQ(std::ranges::count(plan.actions, Action::wait), 0);
    EXPECT_EQ(plan.expected_wait, 0);
}

TEST(Outlook, draws_unknown_hours_half_way_to_the_mean_each_day) {
    std::vector<std::int64_t> values(72, 100);
    values[23] = 100 + 24 * 8;  // Mean of the first day 108.
    const auto seen = outlook(HourlySeries(values), {.first = 0, .last = 23}, 23, 50);
    EXPECT_EQ(seen[0], 292);
    EXPECT_DOUBLE_EQ(seen[1], 108 - 4);
    EXPECT_DOUBLE_EQ(seen[24], 108 + 92);
    EXPECT_DOUBLE_EQ(seen[48], 108 + 46);
}

TEST(Outlook, carries_on_a_surprise_that_shrinks_by_a_tenth_an_hour) {
    std::vector<std::int64_t> values(72, 1000);
    values[24] = 1240;  // The day's mean becomes 1010; expected were 1005, so 235 too many.
    const auto seen = outlook(HourlySeries(values), {.first = 0, .last = 24}, 25, 2);
    EXPECT_NEAR(seen[0], 1005 + 0.9 * 235, 1e-9);
    EXPECT_NEAR(seen[1], 1005 + 0.81 * 235, 1e-9);
}

}  // namespace
}  // namespace penstock::carbon
