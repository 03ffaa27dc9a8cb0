#include "advise/estimate/probe.h"

#include <gtest/gtest.h>

#include <vector>

#include "advise/estimate/error.h"

namespace penstock::estimate {
namespace {

void expect_all(double value, const Result<Span>& span) {
    ASSERT_TRUE(span);
    EXPECT_NEAR(span->low, value, value * 1e-9);
    EXPECT_NEAR(span->expected, value, value * 1e-9);
    EXPECT_NEAR(span->high, value, value * 1e-9);
}

TEST(Probe, is_scaled_by_what_bounds_the_job) {
    const std::vector<double> seconds{10, 10, 10};
    const MeasuredProfile slow{.flops_per_s = 1e12, .memory_bytes_per_s = 1e11};
    const MeasuredProfile fast{.flops_per_s = 4e12, .memory_bytes_per_s = 2e11};
    Probe probe{.seconds_each = seconds, .parts = 100, .bound_by = {.compute = 1}};
    expect_all(250, scaled_seconds(probe, slow, fast));
    probe.bound_by = {.memory = 2};
    expect_all(500, scaled_seconds(probe, slow, fast));
    probe.bound_by = {.compute = 1, .memory = 1};
    expect_all(375, scaled_seconds(probe, slow, fast));
}

TEST(Probe, on_a_pool_like_its_own_stays_as_it_was) {
    const std::vector<double> seconds{8, 9, 10, 11, 300};
    const MeasuredProfile pool{.flops_per_s = 3e12, .memory_bytes_per_s = 7e10};
    const auto scaled =
        scaled_seconds({.seconds_each = seconds, .parts = 2, .bound_by = {}}, pool, pool);
    ASSERT_TRUE(scaled);
    EXPECT_NEAR(scaled->expected, 20, 1e-9);  // The median, whatever the slow one.
    EXPECT_LT(scaled->low, 20);
    EXPECT_GT(scaled->high, 20);
}

TEST(Probe, whose_bound_nobody_knows_reaches_from_least_to_greatest_ratio) {
    const std::vector<double> seconds{1};
    const MeasuredProfile from{
        .flops_per_s = 1e12, .memory_bytes_per_s = 1e11, .storage_bytes_per_s = 5e9};
    const MeasuredProfile to{.flops_per_s = 4e12, .memory_bytes_per_s = 1e11};
    const auto scaled = scaled_seconds({.seconds_each = seconds, .bound_by = {}}, from, to);
    ASSERT_TRUE(scaled);
    EXPECT_NEAR(scaled->low, 0.25, 1e-12);
    EXPECT_NEAR(scaled->expected, 0.5, 1e-12);
    EXPECT_NEAR(scaled->high, 1, 1e-12);
}

TEST(Probe, is_refused_where_nothing_compares) {
    const std::vector<double> seconds{1};
    const MeasuredProfile cores{.flops_per_s = 1e12};
    const MeasuredProfile disks{.storage_bytes_per_s = 1e9};
    const auto apart = scaled_seconds({.seconds_each = seconds, .bound_by = {}}, cores, disks);
    ASSERT_FALSE(apart);
    EXPECT_EQ(apart.error().number(), kProbeIncomparable.number);
    EXPECT_FALSE(
        scaled_seconds({.seconds_each = seconds, .bound_by = {.memory = 1}}, cores, cores));
    EXPECT_FALSE(scaled_seconds({.seconds_each = {}, .bound_by = {}}, cores, cores));
    const std::vector<double> none{0.0};
    EXPECT_EQ(scaled_seconds({.seconds_each = none, .bound_by = {}}, cores, cores).error().field(),
              "seconds_each");
    EXPECT_FALSE(
        scaled_seconds({.seconds_each = seconds, .parts = -1, .bound_by = {}}, cores, cores));
    EXPECT_FALSE(
        scaled_seconds({.seconds_each = seconds, .bound_by = {.compute = -1}}, cores, cores));
}

}  // namespace
}  // namespace penstock::estimate
