#include "advise/carbon/decimal.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace penstock::carbon {

namespace {

std::optional<std::int64_t> digits(std::string_view text) {
    const auto digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    if (text.empty() || !std::ranges::all_of(text, digit)) return std::nullopt;
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{}) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::int64_t> parse_thousandths(std::string_view text, std::int64_t whole_max) {
    const std::size_t point = text.find('.');
    const auto whole = digits(text.substr(0, point));
    if (!whole || *whole > whole_max) return std::nullopt;
    std::int64_t part = 0;
    if (point != std::string_view::npos) {
        const std::string_view decimals = text.substr(point + 1);
        const auto read = digits(decimals);
        if (!read || decimals.size() > 3) return std::nullopt;
        part = *read * (decimals.size() == 1 ? 100 : decimals.size() == 2 ? 10 : 1);
    }
    const std::int64_t value = *whole * 1000 + part;
    if (value > whole_max * 1000) return std::nullopt;
    return value;
}

}  // namespace penstock::carbon
