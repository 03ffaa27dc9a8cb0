#include "advise/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "advise/plan/test_candidates.h"
#include "base/money.h"

namespace penstock::plan {
namespace {

/// The answer as text, one plan, share and funnel step a line.
std::string text(const v1::PlanWorkloadResponse& response) {
    std::string out;
    for (const auto& plan : response.plans()) {
        out += plan.label() + ": " + std::to_string(plan.expected_seconds()) + " s, " +
               to_decimal(Money{plan.expected_cost().micros()}) + " of at most " +
               to_decimal(Money{plan.max_total().micros()}) + "\n";
        for (int i = 0; i < plan.shares_size(); ++i) {
            const auto& share = plan.shares(i);
            const auto& line = plan.order().lines(i);
            out += "  " + std::to_string(share.tasks()) + " tasks on " + share.product() + ", " +
                   std::to_string(line.cores()) + " cores for " +
                   std::to_string((line.term().end_ns() - line.term().start_ns()) / 1'000'000'000) +
                   " s, " + to_decimal(Money{share.expected_cost().micros()}) + "\n";
        }
    }
    if (response.plans_size() > 0) return out;
    for (const auto& step : response.funnel()) {
        out += step.constraint() + ": " + std::to_string(step.before()) + " to " +
               std::to_string(step.after()) + "\n";
    }
    return out + response.relaxation() + "\n";
}

std::string planned(const v1::WorkloadSpec& spec, const std::vector<Candidate>& candidates) {
    const auto response = plan_workload(spec, candidates, cny(), kNow);
    return response ? text(*response) : std::string(response.error().reason());
}

/// The test's workload after a change to it.
v1::WorkloadSpec spec_with(const std::function<void(v1::WorkloadSpec&)>& change) {
    v1::WorkloadSpec spec = test_spec();
    change(spec);
    return spec;
}

void set_max_price(v1::WorkloadSpec& spec, std::int64_t micros) {
    spec.mutable_max_price()->set_micros(micros);
    spec.mutable_max_price()->set_currency("CNY");
}

/// Two pools of four cores, each core twice as fast as the reference.
std::vector<Candidate> two_pools() {
    return {test_candidate("a", 4, 10, 20'000), test_candidate("b", 4, 12, 20'000)};
}

TEST(Plan, shares_tasks_by_measured_speed_and_shows_the_fastest_and_the_cheapest) {
    // a: 30 s a task, b: 15 s: in 60 s a does 2 on each core, b 4. c costs more and helps little.
    EXPECT_EQ(planned(test_spec(),
                      {test_candidate("a", 4, 10, 20'000), test_candidate("b", 4, 30, 40'000),
                       test_candidate("c", 4, 90, 10'000)}),
              "fastest: 60 s, 0.026667 of at most 0.42\n"
              "  8 tasks on prod_a, 4 cores for 900 s, 0.006667\n"
              "  16 tasks on prod_b, 4 cores for 900 s, 0.02\n"
              "cheapest: 180 s, 0.02 of at most 0.12\n"
              "  24 tasks on prod_a, 4 cores for 960 s, 0.02\n");
}

TEST(Plan, shows_a_balanced_one_between_them) {
    EXPECT_EQ(planned(test_spec(),
                      {test_candidate("a", 4, 10, 10'000), test_candidate("b", 8, 14, 10'000),
                       test_candidate("c", 8, 100, 20'000)}),
              "balanced: 120 s, 0.050668 of at most 0.51\n"
              "  8 tasks on prod_a, 4 cores for 1140 s, 0.013334\n"
              "  16 tasks on prod_b, 8 cores for 1140 s, 0.037334\n"
              "fastest: 60 s, 0.125334 of at most 2.41\n"
              "  4 tasks on prod_a, 4 cores for 900 s, 0.006667\n"
              "  8 tasks on prod_b, 8 cores for 900 s, 0.018667\n"
              "  12 tasks on prod_c, 8 cores for 900 s, 0.10\n"
              "cheapest: 360 s, 0.04 of at most 0.18\n"
              "  24 tasks on prod_a, 4 cores for 1500 s, 0.04\n");
}

TEST(Plan, spreads_over_pools_even_when_one_has_room_for_all) {
    EXPECT_EQ(planned(test_spec(),
                      {test_candidate("a", 32, 10, 20'000), test_candidate("b", 32, 12, 20'000)}),
              "fastest: 30 s, 0.022 of at most 0.68\n"
              "  12 tasks on prod_a, 12 cores for 900 s, 0.01\n"
              "  12 tasks on prod_b, 12 cores for 900 s, 0.012\n"
              "cheapest: 30 s, 0.02 of at most 0.61\n"
              "  24 tasks on prod_a, 24 cores for 900 s, 0.02\n");
}

TEST(Plan, allows_more_time_when_the_length_of_a_task_is_a_guess) {
    const auto spec = spec_with([](auto& changed) { changed.clear_expected_task_seconds(); });
    EXPECT_EQ(planned(spec, two_pools()),
              "fastest: 90 s, 0.022 of at most 0.39\n"
              "  12 tasks on prod_a, 4 cores for 1500 s, 0.01\n"
              "  12 tasks on prod_b, 4 cores for 1500 s, 0.012\n"
              "cheapest: 180 s, 0.02 of at most 0.22\n"
              "  24 tasks on prod_a, 4 cores for 1860 s, 0.02\n");
    const auto response = plan_workload(spec, two_pools(), cny(), kNow);
    EXPECT_EQ(
        response->plans(1).explanation(),
        "24 tasks of 1 core: 24 on Supplier a (cores a, 4 at a time, 30 s each). About 3 min "
        "and 0.02 CNY; at most 0.22 CNY, held until the work is done. Nothing else takes over "
        "if this one pool fails. The task file does not say how long a task takes, so 1 min "
        "on a core of 10 GFLOP/s is assumed.");
}

TEST(Plan, explains_itself) {
    const auto response = plan_workload(test_spec(), two_pools(), cny(), kNow);
    EXPECT_EQ(
        response->plans(0).explanation(),
        "24 tasks of 1 core: 12 on Supplier a (cores a, 4 at a time, 30 s each), 12 on "
        "Supplier b (cores b, 4 at a time, 30 s each). About 1 min 30 s and 0.03 CNY; at most "
        "0.24 CNY, held until the work is done. If one pool fails, its tasks move to the "
        "others. Times follow from each pool's measured speed.");
    EXPECT_EQ(response->plans(0).shares(0).product_name(), "cores a");
    EXPECT_EQ(response->plans(0).shares(0).supplier_name(), "Supplier a");
    EXPECT_EQ(response->plans(0).shares(0).price_per_core_hour().micros(), 100'000);
    EXPECT_EQ(response->plans(0).shares(0).expected_seconds(), 90);
    EXPECT_EQ(response->plans(0).order().lines(0).price_version(), 1U);
    EXPECT_EQ(response->plans(0).order().lines(0).term().start_ns(), kNow.ns);
}

TEST(Plan, never_outlasts_the_deadline) {
    const auto spec = spec_with([](auto& changed) { changed.set_deadline_seconds(200); });
    EXPECT_EQ(planned(spec, two_pools()),
              "fastest: 90 s, 0.022 of at most 0.08\n"
              "  12 tasks on prod_a, 4 cores for 200 s, 0.01\n"
              "  12 tasks on prod_b, 4 cores for 200 s, 0.012\n"
              "cheapest: 180 s, 0.02 of at most 0.04\n"
              "  24 tasks on prod_a, 4 cores for 200 s, 0.02\n");
}

TEST(Plan, shortens_the_term_to_stay_within_the_largest_price) {
    EXPECT_EQ(
        planned(spec_with([](auto& changed) { set_max_price(changed, 140'000); }), two_pools()),
        "fastest: 90 s, 0.022 of at most 0.13\n"
        "  12 tasks on prod_a, 4 cores for 450 s, 0.01\n"
        "  12 tasks on prod_b, 4 cores for 450 s, 0.012\n"
        "cheapest: 180 s, 0.02 of at most 0.12\n"
        "  24 tasks on prod_a, 4 cores for 960 s, 0.02\n");
    // Too little for two contracts even of the shortest term.
    EXPECT_EQ(
        planned(spec_with([](auto& changed) { set_max_price(changed, 50'000); }), two_pools()),
        "fastest: 180 s, 0.02 of at most 0.05\n"
        "  24 tasks on prod_a, 4 cores for 360 s, 0.02\n");
}

TEST(Plan, gives_several_cores_to_each_task) {
    const auto spec = spec_with([](auto& changed) { changed.set_cpus(3); });
    EXPECT_EQ(planned(spec, {test_candidate("a", 7, 10, 10'000)}),
              "fastest: 720 s, 0.12 of at most 0.44\n"
              "  24 tasks on prod_a, 6 cores for 2580 s, 0.12\n");
}

TEST(Plan, takes_the_cores_that_stay_free_over_the_whole_term) {
    Candidate reserved = test_candidate("a", 4, 10, 20'000);
    reserved.cores_free = [](Interval term) { return term.end > kNow + seconds(600) ? 1U : 4U; };
    EXPECT_EQ(planned(test_spec(), {reserved}),
              "fastest: 720 s, 0.02 of at most 0.09\n"
              "  24 tasks on prod_a, 1 cores for 2580 s, 0.02\n");
}

TEST(Plan, takes_the_shortest_term_when_cores_are_not_free_for_longer) {
    Candidate reserved = test_candidate("a", 4, 10, 20'000);
    reserved.cores_free = [](Interval term) { return term.end > kNow + seconds(400) ? 0U : 4U; };
    EXPECT_EQ(planned(test_spec(), {reserved}),
              "fastest: 180 s, 0.02 of at most 0.05\n"
              "  24 tasks on prod_a, 4 cores for 345 s, 0.02\n");
    reserved.cores_free = [](Interval term) { return term.end > kNow + seconds(100) ? 0U : 4U; };
    EXPECT_EQ(planned(test_spec(), {reserved}),
              "on sale: 1 to 1\nfree cores: 1 to 1\nmemory: 1 to 1\n"
              "time limit of a task: 1 to 1\nfree for long enough: 1 to 0\n"
              "No change to the workload would give a plan now; try again later.\n");
}

TEST(Plan, says_when_nothing_is_on_sale) {
    EXPECT_EQ(planned(test_spec(), {}),
              "on sale: 0 to 0\nNothing is on sale now; try again later.\n");
    auto pools = two_pools();
    for (Candidate& pool : pools) pool.on_sale = false;
    EXPECT_EQ(planned(test_spec(), pools),
              "on sale: 2 to 0\nNothing is on sale now; try again later.\n");
}

TEST(Plan, says_by_how_little_to_loosen_what_left_nothing) {
    EXPECT_EQ(
        planned(spec_with([](auto& changed) { changed.set_deadline_seconds(50); }), two_pools()),
        "on sale: 2 to 2\nfree cores: 2 to 2\nmemory: 2 to 2\n"
        "time limit of a task: 2 to 2\nfree for long enough: 2 to 2\ndeadline: 2 to 0\n"
        "Allow a deadline of 1 min 30 s.\n");
    EXPECT_EQ(
        planned(spec_with([](auto& changed) { set_max_price(changed, 30'000); }), two_pools()),
        "on sale: 2 to 2\nfree cores: 2 to 2\nmemory: 2 to 2\n"
        "time limit of a task: 2 to 2\nfree for long enough: 2 to 2\ndeadline: 2 to 2\n"
        "largest price: 2 to 0\nAllow a price of 0.05 CNY.\n");
    EXPECT_EQ(planned(spec_with([](auto& changed) { changed.set_memory_bytes(3LL << 30U); }),
                      two_pools()),
              "on sale: 2 to 2\nfree cores: 2 to 2\nmemory: 2 to 0\n"
              "Ask for at most 2048 MiB of memory for each task.\n");
    EXPECT_EQ(
        planned(spec_with([](auto& changed) { changed.set_max_task_seconds(29); }), two_pools()),
        "on sale: 2 to 2\nfree cores: 2 to 2\nmemory: 2 to 2\n"
        "time limit of a task: 2 to 0\nAllow each task 30 s (max_task_seconds).\n");
}

TEST(Plan, joins_the_loosenings_that_are_needed_together) {
    const auto spec = spec_with([](auto& changed) {
        changed.set_cpus(9);
        changed.set_memory_bytes(1LL << 40U);
        changed.set_deadline_seconds(10);
    });
    EXPECT_EQ(planned(spec, two_pools()),
              "on sale: 2 to 2\nfree cores: 2 to 0\n"
              "Ask for at most 4 cores for each task. Ask for at most 8192 MiB of memory for each "
              "task. Allow a deadline of 6 min.\n");
}

TEST(Plan, is_possible_after_the_loosening_that_it_names_and_not_before) {
    const auto price = [](std::int64_t micros) {
        return spec_with([=](auto& changed) { set_max_price(changed, micros); });
    };
    EXPECT_TRUE(planned(price(50'000), two_pools()).starts_with("fastest"));
    EXPECT_FALSE(planned(price(49'999), two_pools()).starts_with("fastest"));
    const auto deadline = [](std::int64_t seconds_allowed) {
        return spec_with([=](auto& changed) { changed.set_deadline_seconds(seconds_allowed); });
    };
    EXPECT_TRUE(planned(deadline(90), two_pools()).starts_with("fastest"));
    EXPECT_FALSE(planned(deadline(89), two_pools()).starts_with("fastest"));
}

TEST(Plan, refuses_workloads_out_of_range) {
    const std::vector<std::function<void(v1::WorkloadSpec&)>> changes{
        [](auto& spec) { spec.set_array_size(0); },
        [](auto& spec) { spec.set_array_size(10'001); },
        [](auto& spec) { spec.set_cpus(0); },
        [](auto& spec) { spec.set_cpus(4'097); },
        [](auto& spec) { spec.set_expected_task_seconds(-1); },
        [](auto& spec) { spec.set_expected_task_seconds(604'801); },
        [](auto& spec) { spec.set_max_task_seconds(-1); },
        [](auto& spec) { spec.set_max_task_seconds(604'801); },
        [](auto& spec) { spec.set_deadline_seconds(-1); },
        [](auto& spec) { spec.set_deadline_seconds(INT64_MAX); },
        [](auto& spec) { spec.set_max_attempts(1'001); },
    };
    for (const auto& change : changes) {
        EXPECT_EQ(planned(spec_with(change), two_pools()), "SPEC_OUT_OF_RANGE");
    }
    for (const std::int64_t micros : {std::int64_t{0}, std::int64_t{-1}, INT64_MAX}) {
        EXPECT_EQ(planned(spec_with([&](auto& spec) { set_max_price(spec, micros); }), {}),
                  "MAX_PRICE_INVALID");
    }
    EXPECT_EQ(planned(spec_with([](auto& spec) {
                          set_max_price(spec, 1);
                          spec.mutable_max_price()->set_currency("USD");
                      }),
                      {}),
              "MAX_PRICE_INVALID");
}

TEST(Plan, survives_the_largest_numbers) {
    const auto spec = spec_with([](auto& changed) {
        changed.set_array_size(10'000);
        changed.set_cpus(4'096);
        changed.set_expected_task_seconds(604'800);
        changed.set_max_task_seconds(604'800);
        changed.set_memory_bytes(0);
        changed.set_max_attempts(10);
    });
    Candidate dear = test_candidate("a", 4'096, 1, 1);
    dear.price_per_core_hour = Money{1'000'000'000'000};
    EXPECT_TRUE(planned(spec, {dear}).ends_with("try again later.\n"));
    dear.gemm_fp64_mflops_per_core = INT64_MAX;
    EXPECT_TRUE(planned(spec, {dear}).ends_with("try again later.\n"));
}

}  // namespace
}  // namespace penstock::plan
