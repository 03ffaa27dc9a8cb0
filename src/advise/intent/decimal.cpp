#include "advise/intent/decimal.h"

#include <limits>

namespace penstock::intent {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "e23" or "E-3" at the end of a number.
std::optional<int> parse_exponent(std::string_view text) {
    text.remove_prefix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.size() > 2) return std::nullopt;
    int value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
}

}  // namespace

std::optional<Decimal> parse_decimal_number(std::string_view text) {
    Decimal result;
    bool any = false;
    bool after_point = false;
    int digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_digit(c)) {
            any = true;
            if (result.digits != 0 || c != '0') ++digits;
            if (digits > 18) return std::nullopt;
            result.digits = result.digits * 10 + (c - '0');
            if (after_point) --result.exponent;
        } else if (c == '.' && any && !after_point && i + 1 < text.size()) {
            after_point = true;
        } else if (c == ',' && any && !after_point && text.size() - i >= 4) {
            // Thousands: three digits follow, and then no fourth.
            for (std::size_t k = i + 1; k < i + 4; ++k)
                if (!is_digit(text[k])) return std::nullopt;
            if (i + 4 < text.size() && is_digit(text[i + 4])) return std::nullopt;
        } else if ((c == 'e' || c == 'E') && any) {
            const auto exponent = parse_exponent(text.substr(i));
            if (!exponent) return std::nullopt;
            result.exponent += *exponent;
            break;
        } else {
            return std::nullopt;
        }
    }
    if (!any || result.exponent < -40 || result.exponent > 40) return std::nullopt;
    return result;
}

std::optional<std::uint64_t> whole(const Decimal& number, Wide factor) {
    if (number.digits == 0) return 0;
    auto product = checked_product(number.digits, factor);
    for (int i = 0; product && i < number.exponent; ++i) product = checked_product(*product, 10);
    for (int i = 0; product && i > number.exponent; --i) {
        if (*product % 10 != 0) return std::nullopt;
        product = *product / 10;
    }
    if (!product || *product > Wide{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
    return static_cast<std::uint64_t>(*product);
}

std::optional<std::string> quotient_text(std::uint64_t count, std::uint64_t unit, int places) {
    std::string text = std::to_string(count / unit);
    Wide rest = count % unit;
    if (rest == 0) return text;
    text += '.';
    for (int i = 0; i < places; ++i) {
        rest *= 10;
        text += static_cast<char>('0' + static_cast<int>(rest / unit));
        rest %= unit;
        if (rest == 0) return text;
    }
    return std::nullopt;
}

}  // namespace penstock::intent
