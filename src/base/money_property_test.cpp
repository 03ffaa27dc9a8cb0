#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/money.h"

namespace penstock {
namespace {

__extension__ using Wide = __int128;

/// Is `quotient` the whole number nearest to numerator ÷ divisor, the even one of two equally near?
/// Says what rounding means without saying how it is done.
bool is_nearest_or_even(Wide quotient, Wide numerator, Wide divisor) {
    const Wide twice_error = 2 * (numerator - quotient * divisor);
    const Wide magnitude = twice_error < 0 ? -twice_error : twice_error;
    return magnitude < divisor || (magnitude == divisor && quotient % 2 == 0);
}

std::int64_t in_range(std::int64_t low, std::int64_t high) {
    return *rc::gen::resize(1'000, rc::gen::inRange(low, high));
}

RC_GTEST_PROP(MoneyProperty, half_even_is_the_nearest_whole_number, ()) {
    const std::int64_t a = in_range(-1'000'000'000'000, 1'000'000'000'000);
    const std::int64_t b = in_range(-1'000'000, 1'000'000);
    const std::int64_t divisor = in_range(1, 1'000'000);
    RC_ASSERT(is_nearest_or_even(multiply_divide_half_even(a, b, divisor), Wide{a} * b, divisor));
}

RC_GTEST_PROP(MoneyProperty, half_even_breaks_ties_to_even, ()) {
    // A small even divisor, so that exact halves are common.
    const std::int64_t a = in_range(-1'000, 1'000);
    const std::int64_t divisor = 2 * in_range(1, 5);
    RC_ASSERT(is_nearest_or_even(multiply_divide_half_even(a, 1, divisor), a, divisor));
}

RC_GTEST_PROP(MoneyProperty, half_even_of_three_factors_is_the_nearest_whole_number, ()) {
    const std::int64_t a = in_range(-1'000'000'000, 1'000'000'000);
    const std::int64_t b = in_range(0, 1'000'000'000);
    const std::int64_t c = in_range(0, 3'600'000'000);
    const std::int64_t divisor = 3'600'000'000'000;
    const Wide product = Wide{a} * b * c;
    const Wide largest = Wide{INT64_MAX} * divisor;
    RC_PRE((product < largest && product > -largest));
    RC_ASSERT(is_nearest_or_even(multiply_divide_half_even(a, b, c, divisor), product, divisor));
}

RC_GTEST_PROP(MoneyProperty, upper_bound_is_the_least_that_suffices, ()) {
    const std::int64_t a = in_range(0, 1'000'000);
    const std::int64_t b = in_range(0, 1'000'000);
    const std::int64_t c = in_range(0, 1'000'000);
    const std::int64_t divisor = in_range(1, 1'000'000'000);
    const Wide product = Wide{a} * b * c;
    const Wide bound = multiply_divide_up(a, b, c, divisor);
    RC_ASSERT(bound * divisor >= product);
    RC_ASSERT((bound - 1) * divisor < product);
    RC_ASSERT(bound >= multiply_divide_half_even(a, b, c, divisor));
}

RC_GTEST_PROP(MoneyProperty, fen_is_a_nearest_whole_fen_and_odd_under_negation, ()) {
    const Money amount{in_range(-kMoneyMax.micros, kMoneyMax.micros)};
    const Money rounded = round_to_fen(amount);
    RC_ASSERT(rounded.micros % kMicrosPerFen == 0);
    const std::int64_t error = rounded.micros - amount.micros;
    RC_ASSERT((error <= kMicrosPerFen / 2 && error >= -kMicrosPerFen / 2));
    RC_ASSERT(round_to_fen(-amount) == -rounded);
    if (amount.micros > 0 && (error == 5'000 || error == -5'000)) RC_ASSERT(error == 5'000);
}

/// Reads what to_decimal() prints, the slow way.
std::int64_t micros_of(const std::string& text) {
    std::int64_t sign = 1;
    std::int64_t micros = 0;
    int decimals = -1;
    for (const char letter : text) {
        if (letter == '-') {
            sign = -1;
        } else if (letter == '.') {
            decimals = 0;
        } else {
            micros = micros * 10 + sign * (letter - '0');
            if (decimals >= 0) ++decimals;
        }
    }
    for (; decimals < 6; ++decimals) micros *= 10;
    return micros;
}

RC_GTEST_PROP(MoneyProperty, decimals_lose_nothing, (std::int64_t micros)) {
    const std::string text = to_decimal(Money{micros});
    RC_ASSERT(micros_of(text) == micros);
    const std::size_t decimals = text.size() - text.find('.') - 1;
    RC_ASSERT((decimals >= 2 && decimals <= 6));
    RC_ASSERT((decimals == 2 || text.back() != '0'));
}

}  // namespace
}  // namespace penstock
