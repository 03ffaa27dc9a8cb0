#include "format/focus/decimal.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace penstock::focus {

namespace {

constexpr std::size_t kDigitsMax = 100;
constexpr std::int32_t kExponentMax = 400;

bool is_digit(char character) {
    return '0' <= character && character <= '9';
}

/// Takes the digits off the front of `text`.
std::string_view take_digits(std::string_view& text) {
    const std::string_view digits = text.substr(
        0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

std::optional<std::int32_t> parse_exponent(std::string_view text) {
    std::int32_t exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (exponent < -kExponentMax || exponent > kExponentMax) return std::nullopt;
    return exponent;
}

}  // namespace

Decimal::Decimal(std::int64_t count, std::int32_t exponent) : exponent_(exponent) {
    digits_ = std::to_string(count);
    if (count < 0) {
        negative_ = true;
        digits_.erase(0, 1);
    }
    normalize();
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    Decimal number;
    if (text.starts_with('-')) {
        number.negative_ = true;
        text.remove_prefix(1);
    }
    number.digits_ = take_digits(text);
    if (number.digits_.empty()) return std::nullopt;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        const std::string_view fraction = take_digits(text);
        if (fraction.empty() || fraction.size() > kDigitsMax) return std::nullopt;
        number.digits_ += fraction;
        number.exponent_ = -static_cast<std::int32_t>(fraction.size());
    }
    if (text.starts_with('E')) {
        const auto exponent = parse_exponent(text.substr(1));
        if (!exponent) return std::nullopt;
        number.exponent_ += *exponent;
        text = {};
    }
    if (!text.empty() || number.digits_.size() > kDigitsMax) return std::nullopt;
    number.normalize();
    return number;
}

void Decimal::normalize() {
    digits_.erase(0, digits_.find_first_not_of('0'));
    const std::size_t kept = digits_.find_last_not_of('0') + 1;
    exponent_ += static_cast<std::int32_t>(digits_.size() - kept);
    digits_.resize(kept);
    if (digits_.empty()) *this = {};
}

std::string Decimal::text() const {
    if (is_zero()) return "0";
    std::string found = digits_;
    if (exponent_ >= 0) {
        found.append(static_cast<std::size_t>(exponent_), '0');
    } else {
        const auto places = static_cast<std::size_t>(-exponent_);
        if (found.size() <= places) found.insert(0, places - found.size() + 1, '0');
        found.insert(found.size() - places, 1, '.');
    }
    return negative_ ? "-" + found : found;
}

std::strong_ordering Decimal::compare_magnitude(const Decimal& other) const {
    if (is_zero() || other.is_zero()) return other.is_zero() <=> is_zero();
    const auto top = static_cast<std::int64_t>(digits_.size()) + exponent_;
    const auto other_top = static_cast<std::int64_t>(other.digits_.size()) + other.exponent_;
    if (top != other_top) return top <=> other_top;
    // Both start at the same place, and neither ends in zeros: the order is that of the texts.
    return digits_ <=> other.digits_;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
    if (negative_ != other.negative_)
        return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
    return negative_ ? other.compare_magnitude(*this) : compare_magnitude(other);
}

Decimal operator*(const Decimal& a, const Decimal& b) {
    // By hand, as at school: sums[i] counts 10^i.
    std::vector<unsigned> sums(a.digits_.size() + b.digits_.size(), 0);
    for (std::size_t i = 0; i < a.digits_.size(); ++i) {
        const auto left = static_cast<unsigned>(a.digits_[a.digits_.size() - 1 - i] - '0');
        for (std::size_t j = 0; j < b.digits_.size(); ++j) {
            const auto right = static_cast<unsigned>(b.digits_[b.digits_.size() - 1 - j] - '0');
            sums[i + j] += left * right;
        }
    }
    Decimal product;
    unsigned carried = 0;
    for (const unsigned sum : sums) {
        carried += sum;
        product.digits_ += static_cast<char>('0' + carried % 10);
        carried /= 10;
    }
    std::ranges::reverse(product.digits_);
    product.negative_ = a.negative_ != b.negative_;
    product.exponent_ = a.exponent_ + b.exponent_;
    product.normalize();
    return product;
}

}  // namespace penstock::focus
