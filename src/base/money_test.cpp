#include "base/money.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Currency, takes_three_capital_letters_only) {
    EXPECT_EQ(Currency::parse("CNY")->text(), "CNY");
    for (const char* text : {"", "CN", "CNYX", "cny", "C1Y", "CN ", "[NY"}) {
        EXPECT_FALSE(Currency::parse(text).has_value()) << text;
    }
}

TEST(Money, rounds_halves_to_the_even_neighbour) {
    EXPECT_EQ(multiply_divide_half_even(1, 1, 2), 0);
    EXPECT_EQ(multiply_divide_half_even(3, 1, 2), 2);
    EXPECT_EQ(multiply_divide_half_even(5, 1, 2), 2);
    EXPECT_EQ(multiply_divide_half_even(-1, 1, 2), 0);
    EXPECT_EQ(multiply_divide_half_even(-3, 1, 2), -2);
    EXPECT_EQ(multiply_divide_half_even(-5, 1, 2), -2);
    EXPECT_EQ(multiply_divide_half_even(7, 1, 4), 2);
    EXPECT_EQ(multiply_divide_half_even(5, 1, 4), 1);
}

TEST(Money, multiplies_up_to_the_limits_of_128_bits) {
    EXPECT_EQ(multiply_divide_half_even(INT64_MIN, INT64_MAX, INT64_MAX), INT64_MIN);
    EXPECT_EQ(multiply_divide_half_even(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
    EXPECT_EQ(multiply_divide_half_even(INT64_MAX / 2, INT64_MAX, 2, INT64_MAX), INT64_MAX - 1);
}

TEST(Money, rounds_upper_bounds_up) {
    EXPECT_EQ(multiply_divide_up(0, 5, 5, 3), 0);
    EXPECT_EQ(multiply_divide_up(1, 1, 1, 3), 1);
    EXPECT_EQ(multiply_divide_up(3, 1, 1, 3), 1);
    EXPECT_EQ(multiply_divide_up(4, 1, 1, 3), 2);
}

TEST(Money, rounds_to_the_fen_with_halves_away_from_zero) {
    struct Case {
        std::int64_t exact;
        std::int64_t rounded;
    };
    for (const Case& c : {Case{0, 0},
                          {4'999, 0},
                          {5'000, 10'000},
                          {14'999, 10'000},
                          {15'000, 20'000},
                          {-4'999, 0},
                          {-5'000, -10'000},
                          {-15'000, -20'000}}) {
        EXPECT_EQ(round_to_fen(Money{c.exact}).micros, c.rounded) << c.exact;
    }
    EXPECT_EQ(round_to_fen(kMoneyMax), kMoneyMax);
    EXPECT_EQ(round_to_fen(-kMoneyMax), -kMoneyMax);
}

TEST(Money, prints_decimals_without_superfluous_zeros) {
    EXPECT_EQ(to_decimal(Money{0}), "0.00");
    EXPECT_EQ(to_decimal(Money{12'500'000}), "12.50");
    EXPECT_EQ(to_decimal(Money{1}), "0.000001");
    EXPECT_EQ(to_decimal(Money{-1'230'000}), "-1.23");
    EXPECT_EQ(to_decimal(Money{123'456'789}), "123.456789");
    EXPECT_EQ(to_decimal(Money{INT64_MIN}), "-9223372036854.775808");
}

TEST(MoneyDeathTest, stops_when_a_result_does_not_fit) {
    EXPECT_DEATH(multiply_divide_half_even(INT64_MAX, 2, 1), "broken invariant");
    EXPECT_DEATH(multiply_divide_half_even(1, 1, 0), "broken invariant");
    EXPECT_DEATH(multiply_divide_up(-1, 1, 1, 1), "broken invariant");
    EXPECT_DEATH(multiply_divide_half_even(INT64_MAX, INT64_MAX, 4, 1), "broken invariant");
    // The product is -2^127, the lowest number of 128 bits; negating it would be undefined.
    EXPECT_DEATH(multiply_divide_half_even(INT64_MIN, INT64_MIN / -2, 4, INT64_MAX),
                 "broken invariant");
}

}  // namespace
}  // namespace penstock
