#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/wide.h"

namespace penstock::intent {

/// An exact decimal number of zero or more: digits × 10^exponent.
struct Decimal {
    Wide digits = 0;   ///< Below 10^18.
    int exponent = 0;  ///< From -40 to 40.
    bool operator==(const Decimal&) const = default;
};

/// "12", "12.5", "3.14e23", "10,000". Nothing for any other text.
std::optional<Decimal> parse_decimal_number(std::string_view text);

/// number × factor; nothing when that is no whole number or does not fit.
std::optional<std::uint64_t> whole(const Decimal& number, Wide factor = 1);

/// count ÷ unit, as decimal text without superfluous zeros; at most `places` decimals.
/// @return Nothing when more decimals would be needed.
std::optional<std::string> quotient_text(std::uint64_t count, std::uint64_t unit, int places);

}  // namespace penstock::intent
