#include "format/focus/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace penstock::focus {
namespace {

__extension__ using Wide = __int128;

TEST(Decimal, reads_what_the_standard_allows) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"0", "0"},
        {"-0", "0"},
        {"0.00", "0"},
        {"007.50", "7.5"},
        {"-12.340", "-12.34"},
        {"1200", "1200"},
        {"35.2E7", "352000000"},
        {"-4.2E-3", "-0.0042"},
        {"0.06645240960000", "0.0664524096"},
        {"99999999999999999999999999999999999999.5", "99999999999999999999999999999999999999.5"}};
    for (const auto& [text, expected] : cases) {
        const auto number = Decimal::parse(text);
        ASSERT_TRUE(number.has_value()) << text;
        EXPECT_EQ(number->text(), expected);
    }
}

TEST(Decimal, refuses_all_else) {
    for (const std::string text :
         {"",     "-",  "+1",    ".5",    "5.",  "1,000",    "1.2.3", "$5",   "5 ",  " 5", "1e3",
          "1E+3", "1E", "1E1.5", "1E401", "NaN", "Infinity", "1/2",   "0x10", "--1", "５"})
        EXPECT_FALSE(Decimal::parse(text).has_value()) << text;
    EXPECT_FALSE(Decimal::parse(std::string(101, '1')).has_value());
    EXPECT_TRUE(Decimal::parse(std::string(100, '1')).has_value());
}

Decimal of(const char* text) {
    return *Decimal::parse(text);
}

TEST(Decimal, does_not_confuse_what_floating_point_confuses) {
    EXPECT_EQ(of("0.1") * of("3"), of("0.3"));
    EXPECT_NE(of("0.30000000000000004"), of("0.3"));
    EXPECT_EQ(of("0.0960000000") * of("1.0378"), of("0.09962880000000"));
    EXPECT_LT(of("-1"), of("-0.999999999999999999999"));
    EXPECT_LT(of("99.9"), of("100"));
}

RC_GTEST_PROP(DecimalProperty, orders_and_multiplies_as_integers_do,
              (std::int64_t a, std::int64_t b)) {
    a /= 4;
    b /= 4;
    RC_ASSERT((Decimal(a) <=> Decimal(b)) == (a <=> b));
    RC_ASSERT((Decimal(a, -6) <=> Decimal(b, -6)) == (a <=> b));
    RC_ASSERT(Decimal::parse(Decimal(a, -6).text()) == Decimal(a, -6));
    const Wide product = Wide{a} * b;
    const Decimal expected = Decimal(static_cast<std::int64_t>(product / 1'000'000'000'000), 12);
    const Decimal found = Decimal(a) * Decimal(b);
    // Within the last twelve places, of which the rest is checked by the digits below.
    RC_ASSERT((product < 0 ? found <= expected : found >= expected));
    const auto small = static_cast<std::int64_t>(a % 1'000'000'000);
    const auto other = static_cast<std::int64_t>(b % 1'000'000'000);
    RC_ASSERT(Decimal(small, -3) * Decimal(other, -4) == Decimal(small * other, -7));
}

}  // namespace
}  // namespace penstock::focus
