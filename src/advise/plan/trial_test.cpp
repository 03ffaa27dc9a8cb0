#include "advise/plan/trial.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "advise/plan/wording.h"

namespace penstock::plan {
namespace {

/// A trial whose tasks came to so many results in a hundred core-seconds each.
Trial trial_with(const std::vector<std::uint64_t>& results) {
    Trial trial{.workload = "wl_7",
                .product = "prod_a",
                .succeeded = static_cast<std::uint32_t>(results.size()),
                .has_ended = true};
    for (const std::uint64_t count : results)
        trial.samples.push_back({count, seconds(100), seconds(100)});
    return trial;
}

/// 36 yuan a core-hour: a fen for a core-second.
Quotation asked(std::uint32_t tasks, std::uint64_t quoted_per = 1) {
    return {.price_per_core_hour = Money{36 * kMicrosPerUnit},
            .quoted_per = quoted_per,
            .tasks = tasks};
}

TEST(Trial, prices_results_by_their_core_time_with_the_interval_of_further_tasks) {
    // 1, 2 and 4 core-seconds a result: mean 7/3, deviation √(7/3); t of 2 degrees is 4.302653.
    const auto price = price_results(trial_with({100, 50, 25}), asked(6));
    ASSERT_TRUE(price) << price.error();
    EXPECT_EQ(price->expected, Money{17'143}) << "300 core-seconds for 175 results";
    const double half = 4.302653 * std::sqrt(7.0 / 3) * std::sqrt(1.0 / 3 + 1.0 / 6) * 10'000;
    EXPECT_NEAR(static_cast<double>(price->high.micros), 17'143 + half, 2);
    EXPECT_EQ(price->low, Money{1}) << "no result is for nothing";
    EXPECT_EQ(price_results(trial_with({100, 50, 25}), asked(6, 1'000))->expected,
              Money{17'142'858});
}

TEST(Trial, is_the_surer_the_more_tasks_are_bought_and_were_tried) {
    const auto width = [](const std::vector<std::uint64_t>& results, std::uint32_t tasks) {
        const auto price = price_results(trial_with(results), asked(tasks));
        return price->high.micros - price->low.micros;
    };
    EXPECT_GT(width({100, 98, 99}, 1), width({100, 98, 99}, 10));
    EXPECT_GT(width({100, 98, 99}, 10), width({100, 98, 99, 100, 98, 99}, 10));
}

TEST(Trial, never_promises_less_than_the_dearest_sample_cost) {
    const auto price =
        price_results(trial_with({100, 100, 100, 100, 100, 100, 100, 97}), asked(10'000));
    ASSERT_TRUE(price);
    EXPECT_EQ(price->high, contract::result_cost(asked(1).price_per_core_hour,
                                                 {97, seconds(100), seconds(100)}, 1));
    const auto equal = price_results(trial_with({3, 3, 3}), asked(5));
    ASSERT_TRUE(equal);
    EXPECT_EQ(equal->low, Money{333'333});
    EXPECT_EQ(equal->expected, Money{333'334}) << "rounded up, as the core does";
    EXPECT_EQ(equal->high, Money{333'334});
}

TEST(Trial, invents_no_price) {
    const auto why = [](const Trial& trial) { return price_results(trial, asked(1)).error(); };
    Trial failed = trial_with({});
    failed.has_failures = true;
    EXPECT_EQ(why(failed), "None of its tasks succeeded: `penstock log wl_7` shows why.");
    EXPECT_EQ(why(trial_with({10, 10})),
              "It has 2 tasks that succeeded; try 3 or more, so that their spread shows.");
    EXPECT_EQ(why(trial_with({10, 10, 0, 10})),
              "Not every task of it came to a result: try longer, or mend what `results` counts.");
    Trial running = trial_with({10, 10, 10});
    running.has_ended = false;
    EXPECT_EQ(why(running), "Its tasks still run; ask again when the trial has ended.");
    Trial broken = trial_with({10, 10, 10});
    broken.has_failures = true;
    EXPECT_TRUE(why(broken).starts_with("Not all of its tasks succeeded: `penstock log wl_7 --f"));
    Trial endless = trial_with({1, 1, 1});
    endless.samples[0].until_last = Duration{INT64_MAX};
    EXPECT_FALSE(price_results(endless, asked(1)));
    EXPECT_FALSE(price_results(trial_with({1, 1, 1}), {kMoneyMax, 1'000'000'000'000, 1}));
}

/// Of 70 tasks of a purchase, at most 64 are samples, and they ran where there was a place.
TEST(Trial, tells_tasks_that_failed_from_tasks_that_ran_elsewhere_or_are_no_samples) {
    const auto why = [](const Trial& trial) { return price_results(trial, asked(1)).error(); };
    EXPECT_EQ(why(trial_with({})), "None of its tasks ran on this product.");
    Trial unseen = trial_with({});
    unseen.succeeded = 6;
    EXPECT_EQ(why(unseen),
              "Of 6 tasks that succeeded on this product, 0 are among those that are looked at; 3 "
              "are needed: try it there.");
    Trial few = trial_with({10, 10});
    few.succeeded = 6;
    EXPECT_TRUE(why(few).starts_with("Of 6 tasks that succeeded on this product, 2 are"));
}

TEST(Trial, does_not_pass_over_tasks_whose_results_were_not_counted) {
    Trial trial = trial_with({10, 10, 10});  // All that were samples, as it happens.
    trial.succeeded = 70;
    EXPECT_TRUE(price_results(trial, asked(1)));
    trial.uncounted = 1;
    EXPECT_EQ(price_results(trial, asked(1)).error(),
              "The results of 1 task could not all be counted, since the log or the folder was too "
              "large: write less, and try again.");
}

TEST(Trial, expects_by_what_was_seen_and_promises_what_was_paid) {
    // Stopped in the middle of the fifth result.
    Trial trial = trial_with({4, 4, 4, 4});
    for (contract::ResultSample& sample : trial.samples) sample.until_last = seconds(80);
    const auto price = price_results(trial, asked(6));
    ASSERT_TRUE(price);
    EXPECT_EQ(price->expected, Money{200'000}) << "20 core-seconds a result";
    EXPECT_EQ(price->high, Money{250'000}) << "100 core-seconds were paid for four";
    EXPECT_EQ(core_time_of(trial, 5), seconds(100));
}

TEST(Trial, tells_the_core_time_of_any_number_of_results) {
    EXPECT_EQ(core_time_of(trial_with({100, 50, 50}), 20), seconds(30));
    EXPECT_EQ(core_time_of(trial_with({1, 1, 1}), UINT64_MAX), Duration{INT64_MAX});
}

TEST(Trial, holds_what_further_tasks_cost_in_nineteen_of_twenty_cases) {
    std::mt19937_64 random(20'261'123);
    std::normal_distribution<double> task_seconds(20, 2);  // For forty results.
    const auto draw = [&] {
        return Duration{static_cast<std::int64_t>(task_seconds(random) * 1e9)};
    };
    constexpr int kPurchases = 4'000;
    int held = 0;
    for (int i = 0; i < kPurchases; ++i) {
        Trial trial{.workload = "wl_7", .product = "prod_a", .has_ended = true};
        for (int task = 0; task < 5; ++task) {
            const Duration time = draw();
            trial.samples.push_back({40, time, time});
            ++trial.succeeded;
        }
        contract::ResultSample bought;
        for (int task = 0; task < 12; ++task) {
            bought.results += 40;
            bought.core_time.ns += draw().ns;
        }
        const auto price = price_results(trial, asked(12));
        const Money paid = contract::result_cost(asked(12).price_per_core_hour, bought, 1);
        held += price->low <= paid && paid <= price->high;
    }
    EXPECT_GE(held, kPurchases * 945 / 1'000);
    EXPECT_LE(held, kPurchases * 985 / 1'000)
        << "`high` is raised where the dearest sample is above";
}

TEST(Trial, is_said_as_orders_carry_it) {
    const Currency cny = *Currency::parse("CNY");
    EXPECT_EQ(say_span(Money{31'234}, Money{33'871}, cny), "0.031234 to 0.033871 CNY");
    EXPECT_EQ(say_span(Money{1}, Money{999}, cny), "0.000001 to 0.000999 CNY");
    EXPECT_EQ(say_span(Money{12'341'234}, Money{12'998'877}, cny), "12.341234 to 12.998877 CNY");
    EXPECT_EQ(say_unit(1, "frame"), "frame");
    EXPECT_EQ(say_unit(1'000'000, "token"), "1000000 tokens");
    EXPECT_EQ(say_unit(10, "帧"), "10 帧");
}

}  // namespace
}  // namespace penstock::plan
