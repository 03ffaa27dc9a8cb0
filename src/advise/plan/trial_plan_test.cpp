#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "advise/plan/plan.h"
#include "advise/plan/test_candidates.h"

namespace penstock::plan {
namespace {

/// As measured the two are alike, and b is cheaper by the hour; a is twice as fast in truth.
std::vector<Candidate> two_alike() {
    return {test_candidate("a", 4, 1'200, 20'000), test_candidate("b", 4, 800, 20'000),
            test_candidate("untried", 4, 1, 20'000)};
}

Trial trial_of(const std::string& workload, const std::string& product,
               const std::vector<std::uint64_t>& frames) {
    Trial trial{.workload = workload,
                .product = product,
                .charged = Money{80'000},
                .succeeded = static_cast<std::uint32_t>(frames.size()),
                .has_ended = true};
    for (const std::uint64_t count : frames)
        trial.samples.push_back({count, seconds(20), seconds(20)});
    return trial;
}

/// 20 and 10 frames in 20 seconds.
std::vector<Trial> two_trials() {
    return {trial_of("wl_2", "prod_b", {10, 10, 11, 9}),
            trial_of("wl_1", "prod_a", {20, 20, 21, 19})};
}

/// 12 tasks of 30 frames each.
v1::WorkloadSpec frames_spec() {
    v1::WorkloadSpec spec = test_spec();
    spec.set_array_size(12);
    spec.mutable_result_unit()->set_name("frame");
    spec.mutable_result_unit()->set_per_task(30);
    return spec;
}

v1::PlanWorkloadResponse planned(const v1::WorkloadSpec& spec, const std::vector<Trial>& trials) {
    auto response = plan_workload(spec, two_alike(), cny(), kNow, trials);
    EXPECT_TRUE(response) << response.error().message();
    return response ? *response : v1::PlanWorkloadResponse();
}

TEST(TrialPlan, finds_the_dearer_hour_the_cheaper_result) {
    const auto response = planned(frames_spec(), two_trials());
    ASSERT_EQ(response.quotes_size(), 2);
    const v1::TrialQuote& best = response.quotes(0);
    EXPECT_EQ(best.product(), "prod_a");
    EXPECT_EQ(best.trial(), "wl_1");
    EXPECT_EQ(best.product_name(), "cores a");
    EXPECT_EQ(best.supplier_name(), "Supplier a");
    EXPECT_EQ(best.price_per_core_hour().micros(), 12'000'000);
    EXPECT_EQ(best.tasks(), 4U);
    EXPECT_EQ(best.results(), 80U);
    EXPECT_EQ(best.core_ns(), seconds(80).ns);
    EXPECT_EQ(best.cost().micros(), 80'000);
    EXPECT_EQ(best.price().unit(), "frame");
    EXPECT_EQ(best.price().quoted_per(), 1U);
    EXPECT_EQ(best.price().expected().micros(), 3'334) << "a core-second a frame";
    EXPECT_EQ(response.quotes(1).price().expected().micros(), 4'445);
    // Untried, the third is no candidate, cheap as it is.
    EXPECT_EQ(response.funnel(0).constraint(), "tried");
    EXPECT_EQ(response.funnel(0).before(), 3U);
    EXPECT_EQ(response.funnel(0).after(), 2U);
    const v1::Plan& cheapest = response.plans(response.plans_size() - 1);
    EXPECT_EQ(cheapest.label(), "cheapest");
    EXPECT_EQ(cheapest.order().lines(0).product(), "prod_a");
    EXPECT_EQ(cheapest.expected_seconds(), 90) << "three rounds of 30 s";
    EXPECT_EQ(cheapest.expected_cost().micros(), 1'200'000) << "360 frames";
    EXPECT_EQ(
        cheapest.explanation(),
        "12 tasks of 1 core: 12 on Supplier a (cores a, 4 at a time, 30 s each; 12.00 CNY a "
        "core-hour, 0.003082 to 0.003585 CNY per frame). About 1 min 30 s and 1.20 CNY; at most "
        "12.01 CNY, held until the work is done. Nothing else takes over if this one pool "
        "fails. Times and prices of results follow from trials of the job. Tried besides: "
        "Supplier b (cores b), 8.00 CNY a core-hour, 0.003768 to 0.005121 CNY per frame.");
}

TEST(TrialPlan, follows_what_was_bought_before_without_a_band) {
    std::vector<Trial> known = two_trials();
    known[1].is_purchase = true;  // prod_a
    const auto response = planned(frames_spec(), known);
    EXPECT_TRUE(response.quotes(0).purchase());
    EXPECT_EQ(response.quotes(0).note(),
              "This was bought, and is no trial: no result band follows it.");
    EXPECT_FALSE(response.quotes(1).has_purchase());
    for (const v1::Plan& plan : response.plans())
        for (const v1::OrderLine& line : plan.order().lines())
            EXPECT_EQ(line.has_result_band(), line.product() == "prod_b");
    const v1::Plan& cheapest = response.plans(response.plans_size() - 1);
    EXPECT_EQ(cheapest.order().lines(0).product(), "prod_a");
    EXPECT_NE(cheapest.explanation().find("only trials give a result band"), std::string::npos)
        << cheapest.explanation();
}

TEST(TrialPlan, warns_of_prices_that_follow_from_few_results) {
    std::vector<Trial> few = two_trials();
    few[0].samples[2].results = 4;  // prod_b
    auto response = planned(frames_spec(), few);
    EXPECT_FALSE(response.quotes(0).has_note());
    EXPECT_TRUE(response.quotes(1).note().starts_with("A task of it showed 4 counted lines only."))
        << response.quotes(1).note();
    v1::WorkloadSpec by_tens = frames_spec();
    by_tens.mutable_result_unit()->set_per_match(10);
    response = planned(by_tens, two_trials());
    EXPECT_TRUE(response.quotes(0).note().starts_with("A task of it showed 1 counted line only."))
        << "19 frames are one line: " << response.quotes(0).note();
    by_tens.mutable_result_unit()->set_files("frame_*.png");
    response = planned(by_tens, two_trials());
    EXPECT_TRUE(response.quotes(0).note().starts_with("A task of it showed 1 counted file only."))
        << response.quotes(0).note();
}

TEST(TrialPlan, carries_the_band_in_each_line) {
    const auto response = planned(frames_spec(), two_trials());
    for (const v1::Plan& plan : response.plans()) {
        ASSERT_EQ(plan.order().lines_size(), plan.shares_size());
        for (int i = 0; i < plan.shares_size(); ++i) {
            const v1::ResultBand& band = plan.order().lines(i).result_band();
            const v1::PlanShare& share = plan.shares(i);
            EXPECT_EQ(band.trial(), share.product() == "prod_a" ? "wl_1" : "wl_2");
            EXPECT_EQ(band.low().micros(), share.result_price().low().micros());
            EXPECT_EQ(band.high().micros(), share.result_price().high().micros());
            EXPECT_EQ(band.high().currency(), "CNY");
            EXPECT_LE(plan.result_price().low().micros(), plan.result_price().expected().micros());
            EXPECT_LE(plan.result_price().expected().micros(), plan.result_price().high().micros());
        }
    }
    ASSERT_EQ(response.plans(0).shares_size(), 2) << "the fastest takes both";
    const v1::ResultPrice& both = response.plans(0).result_price();
    EXPECT_EQ(both.expected().micros(), 3'704) << "8 tasks on a, 4 on b";
    EXPECT_LT(both.high().micros() - both.low().micros(),
              response.plans(0).shares(1).result_price().high().micros() -
                  response.plans(0).shares(1).result_price().low().micros());
    // Without trials there is neither.
    const auto without = plan_workload(frames_spec(), two_alike(), cny(), kNow);
    EXPECT_EQ(without->quotes_size(), 0);
    for (const v1::Plan& plan : without->plans()) {
        EXPECT_FALSE(plan.has_result_price());
        for (const v1::OrderLine& line : plan.order().lines()) EXPECT_FALSE(line.has_result_band());
    }
}

TEST(TrialPlan, plans_by_the_last_trial_on_a_product_that_tells_a_price) {
    auto trials = two_trials();
    trials.push_back(trial_of("wl_3", "prod_a", {40, 40, 40}));
    trials.push_back(trial_of("wl_4", "prod_a", {40, 0, 40}));
    const auto response = planned(frames_spec(), trials);
    EXPECT_EQ(response.quotes_size(), 4);
    EXPECT_EQ(response.quotes(3).trial(), "wl_4");
    EXPECT_FALSE(response.quotes(3).has_price());
    EXPECT_FALSE(response.quotes(3).why_not().empty());
    for (const v1::Plan& plan : response.plans()) {
        for (const v1::OrderLine& line : plan.order().lines())
            EXPECT_EQ(line.result_band().trial(), line.product() == "prod_a" ? "wl_3" : "wl_2");
    }
}

TEST(TrialPlan, gives_quotes_alone_where_it_does_not_know_what_a_task_delivers) {
    v1::WorkloadSpec spec = frames_spec();
    spec.mutable_result_unit()->clear_per_task();
    const auto response = planned(spec, two_trials());
    EXPECT_EQ(response.quotes_size(), 2);
    EXPECT_TRUE(response.quotes(0).has_price());
    EXPECT_EQ(response.plans_size(), 0);
    EXPECT_EQ(response.funnel_size(), 1);
    EXPECT_TRUE(response.relaxation().ends_with("say so in the task file (results.per_task)."))
        << response.relaxation();
}

TEST(TrialPlan, says_why_there_is_neither_price_nor_plan) {
    const auto response = planned(frames_spec(), {trial_of("wl_1", "prod_a", {20, 20})});
    ASSERT_EQ(response.quotes_size(), 1);
    EXPECT_TRUE(response.quotes(0).why_not().starts_with("It has 2 tasks"));
    EXPECT_EQ(response.plans_size(), 0);
    EXPECT_TRUE(response.relaxation().starts_with("No trial tells a price"))
        << response.relaxation();
    v1::WorkloadSpec spec = frames_spec();
    spec.clear_result_unit();
    const auto refused = plan_workload(spec, two_alike(), cny(), kNow, two_trials());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), "RESULT_UNIT_MISSING");
    EXPECT_EQ(refused.error().field(), "spec.result_unit");
}

TEST(TrialPlan, keeps_to_the_limits_of_the_workload) {
    v1::WorkloadSpec spec = frames_spec();
    spec.set_max_task_seconds(45);
    const auto fast = planned(spec, two_trials());
    ASSERT_EQ(fast.plans_size(), 1) << "on b a task takes 60 s";
    EXPECT_EQ(fast.plans(0).order().lines(0).product(), "prod_a");
    spec.set_max_task_seconds(20);
    EXPECT_EQ(planned(spec, two_trials()).relaxation(), "Allow each task 30 s (max_task_seconds).");
}

}  // namespace
}  // namespace penstock::plan
