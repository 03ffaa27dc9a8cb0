#include "advise/estimate/goodput.h"

#include <gtest/gtest.h>

#include <cmath>

namespace penstock::estimate {
namespace {

TEST(Goodput, takes_the_interval_at_which_least_is_lost) {
    for (const double devices : {8.0, 512.0, 4096.0, 16'384.0, 100'000.0}) {
        const FailureModel failures;
        const Goodput out = goodput(devices, 8, 1e12, failures);
        const double mean = out.hours_between_failures * 3600;
        double best = 0;
        for (double interval = 1; interval < 1e6; interval *= 1.01)
            best = std::max(
                best, share_at(interval, out.checkpoint_seconds, failures.restart_seconds, mean));
        EXPECT_NEAR(out.share, best, best * 1e-3) << devices;
        EXPECT_LE(out.share, best * 1.000'01) << devices;
    }
}

TEST(Goodput, follows_young_where_failures_are_rare) {
    const Goodput out = goodput(64, 8, 1e11, {});
    const double young = std::sqrt(2 * out.checkpoint_seconds * out.hours_between_failures * 3600);
    EXPECT_NEAR(out.interval_seconds, young, young * 0.01);
    EXPECT_GT(out.share, 0.99);
}

/// Llama 3.1 405B on 16,384 cards: an interruption every 3 h, and over 90 % of the time counted.
TEST(Goodput, is_that_of_the_largest_published_run) {
    const Goodput out = goodput(16'384, 8, 14 * 405e9, {});
    EXPECT_NEAR(out.hours_between_failures, 3.05, 0.01);
    EXPECT_GT(out.share, 0.90);
    EXPECT_LT(out.share, 0.95);
}

TEST(Goodput, falls_with_devices_and_with_slow_storage) {
    double before = 1;
    for (double devices = 8; devices < 1e6; devices *= 2) {
        const double share = goodput(devices, 8, 1e12, {}).share;
        EXPECT_LT(share, before);
        EXPECT_GT(share, 0);
        before = share;
    }
    const FailureModel slow{.storage_bytes_per_s_per_node = 1e8};
    EXPECT_LT(goodput(1024, 8, 1e13, slow).share, goodput(1024, 8, 1e13, {}).share);
}

}  // namespace
}  // namespace penstock::estimate
