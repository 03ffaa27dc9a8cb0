#pragma once

#include <optional>

#include "base/assert.h"

namespace penstock {

/// Whole numbers of 128 bits, for products and exact sums of money, quantity and time.
__extension__ typedef __int128 Wide;  // No standard type is this wide.

/// Empty when the result needs more than 128 bits.
constexpr std::optional<Wide> checked_sum(Wide a, Wide b) {
    Wide result = 0;
    if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
    return result;
}
constexpr std::optional<Wide> checked_product(Wide a, Wide b) {
    Wide result = 0;
    if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
    return result;
}

/// Rounded to the nearest whole number, halves to the even one.
/// @param divisor  Above zero and below 2^126.
constexpr Wide divide_half_even(Wide numerator, Wide divisor) {
    PENSTOCK_ASSERT(divisor > 0);
    // The rest has the sign of the numerator, so nothing here can overflow, not even at the limits.
    const Wide quotient = numerator / divisor;
    const Wide rest = numerator % divisor;
    const Wide twice_rest = rest < 0 ? -2 * rest : 2 * rest;
    const bool away = twice_rest > divisor || (twice_rest == divisor && quotient % 2 != 0);
    return away ? quotient + (numerator < 0 ? -1 : 1) : quotient;
}

}  // namespace penstock
