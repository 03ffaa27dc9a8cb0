#include "base/money.h"

#include "base/assert.h"
#include "base/wide.h"

namespace penstock {
namespace {

std::int64_t narrow(Wide value) {
    PENSTOCK_ASSERT(value <= INT64_MAX && value >= INT64_MIN);
    return static_cast<std::int64_t>(value);
}

Wide product(std::int64_t a, std::int64_t b, std::int64_t c) {
    const auto result = checked_product(Wide{a} * b, c);
    PENSTOCK_ASSERT(result);
    return *result;
}

}  // namespace

std::optional<Currency> Currency::parse(std::string_view text) {
    if (text.size() != 3) return std::nullopt;
    Currency currency;
    for (std::size_t i = 0; i < 3; ++i) {
        if (text[i] < 'A' || text[i] > 'Z') return std::nullopt;
        currency.letters_[i] = text[i];
    }
    return currency;
}

std::int64_t multiply_divide_half_even(std::int64_t a, std::int64_t b, std::int64_t divisor) {
    return narrow(divide_half_even(Wide{a} * b, divisor));
}

std::int64_t multiply_divide_half_even(std::int64_t a, std::int64_t b, std::int64_t c,
                                       std::int64_t divisor) {
    return narrow(divide_half_even(product(a, b, c), divisor));
}

std::int64_t multiply_divide_up(std::int64_t a, std::int64_t b, std::int64_t c,
                                std::int64_t divisor) {
    PENSTOCK_ASSERT(a >= 0 && b >= 0 && c >= 0 && divisor > 0);
    const Wide numerator = product(a, b, c);
    return narrow(numerator / divisor + (numerator % divisor == 0 ? 0 : 1));
}

Money round_to_fen(Money amount) {
    const std::int64_t half = amount.micros < 0 ? -kMicrosPerFen / 2 : kMicrosPerFen / 2;
    return Money{(amount.micros + half) / kMicrosPerFen * kMicrosPerFen};
}

std::string to_decimal(Money amount) {
    const bool negative = amount.micros < 0;
    const auto magnitude = negative ? 0 - static_cast<std::uint64_t>(amount.micros)
                                    : static_cast<std::uint64_t>(amount.micros);
    std::string fraction = std::to_string(magnitude % kMicrosPerUnit);
    fraction.insert(0, 6 - fraction.size(), '0');
    while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
    return (negative ? "-" : "") + std::to_string(magnitude / kMicrosPerUnit) + "." + fraction;
}

}  // namespace penstock
