#include "core/pricing/bound.h"

#include <gtest/gtest.h>

#include <array>

#include "core/pricing/error.h"
#include "core/pricing/test_plan.h"

namespace penstock::pricing {
namespace {

/// For one component and all of June 2026 (30 days).
Money most(Component component, std::int64_t quantity) {
    return most_of(plan_of({std::move(component)}), between("2026-06-01", "2026-07-01"),
                   std::array{quantity})
        .value();
}

TEST(Bound, of_levels_is_what_the_whole_time_costs) {
    EXPECT_EQ(most(flat(Unit::node_month, 30'000 * kYuan), 2), Money{60'000 * kYuan});
    EXPECT_EQ(most(flat(Unit::card_hour, 10 * kYuan), 8), Money{8 * 720 * 10 * kYuan});
    Component night = flat(Unit::card_hour, 10 * kYuan);
    night.bands = {{.name = "night", .price = Money{4 * kYuan}, .to_minute = 480}};
    EXPECT_EQ(most(night, 1), Money{30 * (16 * 10 + 8 * 4) * kYuan});
}

TEST(Bound, of_counted_things_is_what_all_of_them_cost) {
    Component moved =
        tiered(Unit::gb_moved, Tiering::graduated, {{100, Money{800'000}}, {0, Money{500'000}}});
    EXPECT_EQ(most(moved, 150'000'000'000), Money{105 * kYuan});
    EXPECT_EQ(most(flat(Unit::job, 3 * kYuan), 7), Money{21 * kYuan});
}

TEST(Bound, looks_at_totals_below_where_less_costs_more) {
    Component cards = tiered(Unit::job, Tiering::volume, {{100, Money{12}}, {0, Money{9}}});
    EXPECT_EQ(most(cards, 101), Money{1'200}) << "a hundred cost more than a hundred and one";
    EXPECT_EQ(most(cards, 1'000), Money{9'000});
    Component committed = flat(Unit::job, 1);
    committed.commitment = {50, Money{3}};
    EXPECT_EQ(most(committed, 40), Money{150}) << "nothing used, and all of it owed";
}

TEST(Bound, counts_blocks_once_and_what_they_cover_never) {
    Component tokens = flat(Unit::million_tokens, 4 * kYuan);
    tokens.blocks = {100, Money{300 * kYuan}, 2};
    EXPECT_EQ(most(tokens, 50'000'000), Money{600 * kYuan});
    EXPECT_EQ(most(tokens, 210'000'000), Money{640 * kYuan});
}

TEST(Bound, refuses_what_no_money_can_pay) {
    const auto plan = plan_of({flat(Unit::card_hour, 1'000'000'000'000'000)});
    const auto refused = most_of(plan, between("2026-06-01", "2026-07-01"),
                                 std::array<std::int64_t, 1>{1'000'000'000'000'000});
    EXPECT_EQ(refused.error().reason(), kChargeTooLarge.reason);
}

TEST(Bound, refuses_what_just_fits_into_128_bits) {
    // With the block, the exact sum lies less than a unit's parts below 2^127.
    Component stored = flat(Unit::gb_month, 1'000'000'000'000'000);
    stored.blocks = {1, Money{386'009}, 1};
    const auto refused = most_of(plan_of({stored}), between("2026-06-01", "2026-07-01"),
                                 std::array{5'216'389'216'648});
    ASSERT_FALSE(refused) << to_decimal(*refused);
    EXPECT_EQ(refused.error().reason(), kChargeTooLarge.reason);
}

TEST(Bound, reaches_the_largest_amount_of_money_and_not_beyond) {
    const auto most_of_jobs = [](std::int64_t jobs) {
        return most_of(plan_of({flat(Unit::job, 1'000'000), flat(Unit::job, 1)}),
                       between("2026-06-01", "2026-07-01"),
                       std::array<std::int64_t, 2>{999'999'999'999, jobs});
    };
    EXPECT_EQ(most_of_jobs(1'000'000), kMoneyMax);
    ASSERT_FALSE(most_of_jobs(1'000'001));
    EXPECT_EQ(most_of_jobs(1'000'001).error().reason(), kChargeTooLarge.reason);
}

}  // namespace
}  // namespace penstock::pricing
