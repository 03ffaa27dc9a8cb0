#include "core/ledger/chosen_ids.h"

#include <gtest/gtest.h>

#include "core/ledger/error.h"

namespace penstock::ledger {
namespace {

constexpr std::int64_t kMilli = 1'000'000;
constexpr Instant kNow{1'800'000'000'000 * kMilli};
constexpr std::size_t kBound = 3;

/// An id that was chosen so many milliseconds before now.
ChosenId chosen(std::uint64_t low, std::int64_t millis_ago) {
    return {static_cast<std::uint64_t>(kNow.ns / kMilli - millis_ago) << 16U, low};
}

class ChosenIdsTest : public testing::Test {
  protected:
    void remember(const ChosenId& id) {
        ASSERT_TRUE(ids_.check(id, kNow));
        ids_.remember({.id = id}, {});
        ids_.forget(kNow);
    }
    /// Why it may not be chosen; null when it may.
    const Rejection* refusal(const ChosenId& id) const {
        const auto checked = ids_.check(id, kNow);
        return checked ? nullptr : &checked.error().rejection();
    }

    ChosenIds ids_{kBound};
};

TEST_F(ChosenIdsTest, beyond_their_bound_the_oldest_is_refused_and_never_done_again) {
    for (std::uint64_t i = 1; i <= kBound; ++i) remember(chosen(i, 100 - static_cast<int>(i)));
    EXPECT_NE(ids_.find(chosen(1, 99)), nullptr) << "as many as may be are remembered";
    EXPECT_EQ(refusal(chosen(9, 200)), nullptr);
    remember(chosen(4, 1));
    EXPECT_EQ(ids_.size(), kBound);
    EXPECT_EQ(ids_.find(chosen(1, 99)), nullptr);
    EXPECT_EQ(refusal(chosen(1, 99)), &kIdTooOld);
    EXPECT_EQ(refusal(chosen(9, 200)), &kIdTooOld) << "it may have been one of those forgotten";
    EXPECT_NE(ids_.find(chosen(2, 98)), nullptr);
    EXPECT_EQ(refusal(chosen(9, 98)), nullptr);
}

TEST_F(ChosenIdsTest, of_one_moment_are_forgotten_together) {
    for (std::uint64_t i = 1; i <= kBound + 1; ++i) remember(chosen(i, 5));
    for (std::uint64_t i = 1; i <= kBound + 2; ++i) {
        EXPECT_EQ(ids_.find(chosen(i, 5)), nullptr);
        EXPECT_EQ(refusal(chosen(i, 5)), &kIdTooOld);
    }
    EXPECT_EQ(ids_.size(), 0u);
    EXPECT_EQ(refusal(chosen(1, 4)), nullptr);
}

TEST_F(ChosenIdsTest, stay_within_their_bound_when_a_chain_brings_many_at_once) {
    constexpr std::uint64_t kLong = 200;
    for (std::uint64_t i = 1; i <= kLong; ++i)
        ids_.remember({.id = chosen(i, 1'000 - static_cast<int>(i))}, {});
    ids_.forget(kNow);
    EXPECT_EQ(ids_.size(), kBound);
    EXPECT_NE(ids_.find(chosen(kLong, 800)), nullptr);
    EXPECT_EQ(refusal(chosen(kLong - kBound, 803)), &kIdTooOld);
}

}  // namespace
}  // namespace penstock::ledger
