#include "shell/limits/bucket_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace penstock::limits {
namespace {

constexpr Terms kTenASecond{.tokens_per_minute = 600, .burst = 20};
constexpr std::uint64_t kKey = 0x5eed;

std::int64_t taken_at_once(BucketTable& table, std::uint64_t key, Duration now) {
    std::int64_t taken = 0;
    for (; table.wait(key, 1, now).ns <= 0; ++taken) table.take(key, 1, now);
    return taken;
}

TEST(BucketTable, gives_a_burst_and_then_its_rate) {
    BucketTable table(kTenASecond, 8);
    EXPECT_EQ(taken_at_once(table, kKey, seconds(100)), 20);
    EXPECT_EQ(table.wait(kKey, 1, seconds(100)), milliseconds(100));
    EXPECT_EQ(table.wait(kKey, 20, seconds(100)), seconds(2));
    EXPECT_EQ(taken_at_once(table, kKey, milliseconds(100'099)), 0);
    EXPECT_EQ(taken_at_once(table, kKey, milliseconds(100'100)), 1);
    EXPECT_EQ(taken_at_once(table, kKey, seconds(101)), 9);
    EXPECT_EQ(taken_at_once(table, kKey, seconds(1'000)), 20);
}

TEST(BucketTable, lets_the_dearest_call_through_a_full_bucket) {
    BucketTable table(kTenASecond, 8);
    EXPECT_LE(table.wait(kKey, 1'000, seconds(100)).ns, 0);
    table.take(kKey, 1'000, seconds(100));
    EXPECT_EQ(table.wait(kKey, 1'000, seconds(100)), seconds(2));
}

TEST(BucketTable, keeps_debts_within_two_fillings) {
    BucketTable table(kTenASecond, 8);
    for (int i = 0; i < 1'000; ++i) table.take(kKey, 20, seconds(100));
    EXPECT_EQ(table.wait(kKey, 20, seconds(100)), seconds(4));
}

TEST(BucketTable, limits_nothing_when_it_is_off) {
    BucketTable table({}, 8);
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_LE(table.wait(kKey, 1'000, {}).ns, 0);
        table.take(kKey, 1'000, {});
    }
}

TEST(BucketTable, never_passes_what_rate_and_burst_allow) {
    std::mt19937_64 random(7);
    BucketTable table({.tokens_per_minute = 77, .burst = 13}, 8);
    Duration now = seconds(1);
    std::int64_t taken = 0;
    for (int i = 0; i < 100'000; ++i) {
        now = now + Duration{static_cast<std::int64_t>(random() % 2'000'000'000)};
        const auto cost = static_cast<std::int64_t>(random() % 13 + 1);
        if (table.wait(kKey, cost, now).ns > 0) continue;
        table.take(kKey, cost, now);
        taken += cost;
        const std::int64_t earned = (now - seconds(1)).ns * 77 / 60'000'000'000;
        ASSERT_LE(taken, earned + 13 + 1);
    }
    EXPECT_GT(taken, 100'000);
}

TEST(BucketTable, cannot_be_washed_clean_by_a_crowd) {
    // Eight places in all: each of the crowd wants one, and spends what it finds there.
    BucketTable table(kTenASecond, 8);
    const Duration now = seconds(100);
    EXPECT_EQ(taken_at_once(table, kKey, now), 20);
    std::int64_t of_the_crowd = 0;
    for (std::uint64_t other = 1; other <= 10'000; ++other)
        of_the_crowd += taken_at_once(table, other, now);
    EXPECT_EQ(of_the_crowd, 7 * 20);
    EXPECT_EQ(taken_at_once(table, kKey, now), 0);
    EXPECT_GE(table.wait(kKey, 1, now), milliseconds(100));
}

TEST(BucketTable, gives_places_away_when_their_buckets_are_full_again) {
    BucketTable table(kTenASecond, 8);
    Duration now = seconds(100);
    for (std::uint64_t key = 1; key <= 1'000; ++key) {
        EXPECT_EQ(taken_at_once(table, key, now), 20) << key;
        now = now + seconds(2);
    }
}

/// Whoever comes back gets at most what the passing of time has given, whatever others did.
TEST(BucketTable, gives_no_key_more_than_alone_however_many_others_there_are) {
    std::mt19937_64 random(11);
    BucketTable crowded(kTenASecond, 16);
    std::map<std::uint64_t, BucketTable> alone;
    Duration now = seconds(1);
    for (int i = 0; i < 50'000; ++i) {
        now = now + Duration{static_cast<std::int64_t>(random() % 10'000'000)};
        const std::uint64_t key = random() % 100 + 1;
        const auto cost = static_cast<std::int64_t>(random() % 5 + 1);
        auto& own = alone.try_emplace(key, kTenASecond, 8).first->second;
        if (crowded.wait(key, cost, now).ns > 0) continue;
        ASSERT_LE(own.wait(key, cost, now).ns, 0);
        crowded.take(key, cost, now);
        own.take(key, cost, now);
    }
}

}  // namespace
}  // namespace penstock::limits
