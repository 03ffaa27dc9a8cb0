#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock {

/// An ISO 4217 code, three capital letters.
class Currency {
  public:
    constexpr Currency() = default;
    /// Empty when `text` is not three capital letters.
    static std::optional<Currency> parse(std::string_view text);
    std::string_view text() const { return {letters_, 3}; }
    auto operator<=>(const Currency&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(letters_[0], letters_[1], letters_[2]);
        if constexpr (Archive::kReads) {
            if (!parse(text())) archive.fail();
        }
    }

  private:
    char letters_[3] = {'X', 'X', 'X'};
};

/// An amount in millionths of a currency's unit. The currency is kept by whoever holds the amount,
/// since every account, price and contract has just one.
struct Money {
    std::int64_t micros = 0;

    constexpr Money() = default;
    constexpr explicit Money(std::int64_t count) : micros(count) {}
    template <std::floating_point T>
    Money(T) = delete;
    auto operator<=>(const Money&) const = default;
};

/// No amount may exceed this (10^12 units), so that sums of many amounts cannot overflow unseen.
inline constexpr Money kMoneyMax{1'000'000'000'000'000'000};
inline constexpr std::int64_t kMicrosPerUnit = 1'000'000;
/// One hundredth of the unit: the fen of a yuan.
inline constexpr std::int64_t kMicrosPerFen = 10'000;

constexpr Money operator+(Money a, Money b) {
    return Money{a.micros + b.micros};
}
constexpr Money operator-(Money a, Money b) {
    return Money{a.micros - b.micros};
}
constexpr Money operator-(Money a) {
    return Money{-a.micros};
}
constexpr Money& operator+=(Money& a, Money b) {
    return a = a + b;
}
constexpr Money& operator-=(Money& a, Money b) {
    return a = a - b;
}

/// a × b ÷ divisor, rounded half to even. For accruals.
/// @param divisor  Above zero. The result must fit 64 bits, which the callers' limits ensure.
std::int64_t multiply_divide_half_even(std::int64_t a, std::int64_t b, std::int64_t divisor);

/// a × b × c ÷ divisor, rounded half to even; the product must fit 127 bits.
std::int64_t multiply_divide_half_even(std::int64_t a, std::int64_t b, std::int64_t c,
                                       std::int64_t divisor);

/// a × b × c ÷ divisor, rounded up; all are zero or more. For upper bounds of what may be charged.
std::int64_t multiply_divide_up(std::int64_t a, std::int64_t b, std::int64_t c,
                                std::int64_t divisor);

/// The amount rounded to the fen, halves away from zero. For what is payable.
Money round_to_fen(Money amount);

/// For instance "12.50" or "0.000001": at least two decimals, at most six, no more than needed.
std::string to_decimal(Money amount);

}  // namespace penstock
