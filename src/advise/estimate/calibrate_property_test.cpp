#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "advise/estimate/calibrate.h"

namespace penstock::estimate {
namespace {

constexpr const char* kChip = "H100-SXM5-80GB";

const Estimator& shipped() {
    static const Estimator kEstimator = *Estimator::shipped();
    return kEstimator;
}

Observation observed(double factor) {
    return {.chip = kChip, .estimated_device_hours = 1000, .measured_device_hours = 1000 * factor};
}

double bias_of(const Estimator& estimator) {
    const auto found = estimator.corrections.find(kChip);
    return found == estimator.corrections.end() ? 0 : found->second.log_bias;
}

std::vector<Observation> draw_observations() {
    std::vector<Observation> runs;
    const int count = *rc::gen::inRange(0, 30);
    for (int i = 0; i < count; ++i)
        runs.push_back(observed(std::exp(*rc::gen::inRange(-3000, 3000) / 1000.0)));
    return runs;
}

TEST(Calibrated, moves_estimates_toward_what_runs_took) {
    TrainingRequest request;
    request.parameters = 7e9;
    request.tokens = 1e12;
    request.device = "H100";
    const std::vector<Observation> slow(16, observed(1.25));
    const auto before = estimate_training(shipped(), request);
    const auto after = estimate_training(calibrated(shipped(), slow), request);
    ASSERT_TRUE(before && after);
    const double factor = after->device_hours.expected / before->device_hours.expected;
    EXPECT_NEAR(std::log(factor), std::log(1.25) * 16 / 20, 1e-9);
    // Runs that agree with one another make the interval narrow, but not beyond half.
    const auto ratio = [](const Span& span) { return std::log(span.high / span.low); };
    EXPECT_NEAR(ratio(after->device_hours), ratio(before->device_hours) / 2, 1e-9);
    request.device = "A100";
    const auto other = estimate_training(calibrated(shipped(), slow), request);
    EXPECT_EQ(other->device_hours, estimate_training(shipped(), request)->device_hours);
}

TEST(Calibrated, passes_over_what_is_no_run) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    const std::vector<Observation> odd{{kChip, 0, 10},  {kChip, 10, 0},       {kChip, -1, -1},
                                       {kChip, nan, 1}, {kChip, 1, infinite}, {"no such", 1, 2},
                                       {kChip, 1, nan}};
    EXPECT_TRUE(calibrated(shipped(), odd).corrections.empty());
}

RC_GTEST_PROP(CalibratedProperty, is_bounded_however_often, ()) {
    Estimator estimator = shipped();
    const int rounds = *rc::gen::inRange(1, 6);
    for (int i = 0; i < rounds; ++i) estimator = calibrated(estimator, draw_observations());
    for (const auto& [chip, correction] : estimator.corrections) {
        RC_ASSERT(std::abs(correction.log_bias) <= std::log(kCorrectionMost) + 1e-12);
        RC_ASSERT(correction.width_factor >= 1 / kCorrectionMost);
        RC_ASSERT(correction.width_factor <= kCorrectionMost);
    }
}

RC_GTEST_PROP(CalibratedProperty, does_not_depend_on_order, ()) {
    auto runs = draw_observations();
    const auto one = calibrated(shipped(), runs).corrections;
    std::ranges::reverse(runs);
    RC_ASSERT(calibrated(shipped(), runs).corrections == one);
}

/// A minority, however wild, cannot move the correction beyond what the others say.
RC_GTEST_PROP(CalibratedProperty, is_not_moved_far_by_a_minority, ()) {
    const int good = *rc::gen::inRange(3, 20);
    const int wild = *rc::gen::inRange(1, good);
    const double most = 0.1;
    std::vector<Observation> runs;
    for (int i = 0; i < good; ++i)
        runs.push_back(observed(std::exp(*rc::gen::inRange(-100, 101) / 1000.0)));
    for (int i = 0; i < wild; ++i)
        runs.push_back(observed(*rc::gen::element(1e-9, 1e-3, 1e3, 1e9)));
    RC_ASSERT(std::abs(bias_of(calibrated(shipped(), runs))) <= most + 1e-9);
}

RC_GTEST_PROP(CalibratedProperty, has_the_direction_of_the_runs, ()) {
    const double factor = std::exp(*rc::gen::inRange(1, 600) / 1000.0);
    const int count = *rc::gen::inRange(1, 30);
    const std::vector<Observation> slow(static_cast<std::size_t>(count), observed(factor));
    const double bias = bias_of(calibrated(shipped(), slow));
    RC_ASSERT(bias > 0);
    RC_ASSERT(bias <= std::log(factor) + 1e-12);
    const std::vector<Observation> fast(slow.size(), observed(1 / factor));
    RC_ASSERT(std::abs(bias_of(calibrated(shipped(), fast)) + bias) < 1e-12);
}

}  // namespace
}  // namespace penstock::estimate
