#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::carbon {

/// Reads "12", "12.5" or "0.125" as thousandths; nothing for any other text: a sign, an exponent, a
/// fourth decimal, or above `whole_max`.
std::optional<std::int64_t> parse_thousandths(std::string_view text, std::int64_t whole_max);

}  // namespace penstock::carbon
