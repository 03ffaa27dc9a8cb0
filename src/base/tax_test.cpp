#include "base/tax.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/wide.h"

namespace penstock {
namespace {

TEST(Tax, comes_on_top_to_the_fen_with_halves_up) {
    EXPECT_EQ(tax_on(Money{100'000'000}, 1'300).micros, 13'000'000);
    EXPECT_EQ(tax_on(Money{0}, 1'300).micros, 0);
    EXPECT_EQ(tax_on(Money{1'000'000}, 0).micros, 0);
    // 0.0833 × 6 % = 0.004998; 0.083334 × 6 % = 0.00500004.
    EXPECT_EQ(tax_on(Money{83'300}, 600).micros, 0);
    EXPECT_EQ(tax_on(Money{83'334}, 600).micros, 10'000);
    EXPECT_EQ(tax_on(Money{50'000}, 1'000).micros, 10'000);  // Half a fen.
}

TEST(Tax, is_rounded_once_and_not_by_way_of_the_micro) {
    // 0.0384615 × 13 % = 0.004999995 is 0.005000 to the micro and still no fen.
    EXPECT_EQ(tax_on(Money{38'461}, 1'300).micros, 0);
    EXPECT_EQ(tax_on(Money{38'462}, 1'300).micros, 10'000);
}

TEST(Tax, within_a_gross_amount_leaves_the_net) {
    EXPECT_EQ(tax_within(Money{113'000'000}, 1'300).micros, 13'000'000);
    EXPECT_EQ(tax_within(Money{106'000'000}, 600).micros, 6'000'000);
    EXPECT_EQ(tax_within(Money{100'000'000}, 10'000).micros, 50'000'000);
}

TEST(Tax, holds_at_the_limits_of_money) {
    EXPECT_EQ(tax_on(kMoneyMax, kBasisPoints), kMoneyMax);
    EXPECT_EQ(tax_within(-kMoneyMax, kBasisPoints).micros, -kMoneyMax.micros / 2);
}

std::int64_t amount() {
    return *rc::gen::resize(
        1'000, rc::gen::inRange<std::int64_t>(-kMoneyMax.micros, kMoneyMax.micros + 1));
}
std::uint32_t rate() {
    return *rc::gen::resize(1'000, rc::gen::inRange<std::uint32_t>(0, kBasisPoints + 1));
}

RC_GTEST_PROP(TaxProperty, is_the_nearest_fen_and_odd_under_negation, ()) {
    const Money net{amount()};
    const std::uint32_t points = rate();
    const Money tax = tax_on(net, points);
    const Wide error = Wide{tax.micros} * kBasisPoints - Wide{net.micros} * points;
    RC_ASSERT(tax.micros % kMicrosPerFen == 0);
    RC_ASSERT(2 * (error < 0 ? -error : error) <= Wide{kMicrosPerFen} * kBasisPoints);
    RC_ASSERT(tax_on(-net, points) == -tax);
    RC_ASSERT(tax_within(-net, points) == -tax_within(net, points));
}

RC_GTEST_PROP(TaxProperty, within_net_and_tax_is_the_tax_on_the_net, ()) {
    const Money gross{amount()};
    const std::uint32_t points = rate();
    const Money tax = tax_within(gross, points);
    const Wide error = (Wide{kBasisPoints} + points) * tax.micros - Wide{gross.micros} * points;
    RC_ASSERT(2 * (error < 0 ? -error : error) <= Wide{kMicrosPerFen} * (kBasisPoints + points));
}

}  // namespace
}  // namespace penstock
