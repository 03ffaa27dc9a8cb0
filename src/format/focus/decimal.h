#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::focus {

/// An exact decimal number, of any length that a bill can hold: nothing is ever rounded.
class Decimal {
  public:
    Decimal() = default;
    /// `count` × 10^exponent.
    explicit Decimal(std::int64_t count, std::int32_t exponent = 0);

    /// Reads FOCUS's numeric format: an optional minus, digits with at most one point between
    /// them, and an optional exponent "En" with an integer n. No plus sign, no separators, no
    /// blanks; at most 100 digits, and exponents within ±400.
    static std::optional<Decimal> parse(std::string_view text);

    /// Digits with a point where needed, never an exponent: "-0.5", "1200".
    std::string text() const;

    bool is_zero() const { return digits_.empty(); }
    bool operator==(const Decimal&) const = default;
    std::strong_ordering operator<=>(const Decimal& other) const;
    friend Decimal operator*(const Decimal& a, const Decimal& b);

  private:
    void normalize();
    std::strong_ordering compare_magnitude(const Decimal& other) const;

    bool negative_ = false;
    std::string digits_;  ///< Neither leading nor trailing zeros; zero has none at all.
    std::int32_t exponent_ = 0;
};

}  // namespace penstock::focus
