#include "format/task_file_values.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/money.h"
#include "base/task_limits.h"
#include "format/text_reader.h"

namespace penstock::format {

namespace {

constexpr std::size_t kPartSizeMax = 255;
constexpr std::uint64_t kMemoryMax = std::uint64_t{1} << 50;
constexpr std::uint64_t kSecondsMax = 366ULL * 24 * 3600;
constexpr std::uint64_t kMillion = 1'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& rest) {
    const auto end = std::ranges::find_if_not(rest, is_digit);
    const auto length = static_cast<std::size_t>(end - rest.begin());
    const std::string_view digits = rest.substr(0, length);
    rest.remove_prefix(length);
    return digits;
}

struct Decimal {
    std::uint64_t whole = 0;
    std::uint64_t millionths = 0;
};

/// Takes a decimal number of at most 12 digits before the point and 6 after it off `rest`.
std::optional<Decimal> take_decimal(std::string_view& rest) {
    const std::string_view whole = take_digits(rest);
    if (whole.size() > 12) return std::nullopt;
    const auto number = parse_decimal<std::uint64_t>(whole);
    if (!number) return std::nullopt;
    Decimal decimal{*number, 0};
    if (!take_text(rest, ".")) return decimal;
    std::string digits(take_digits(rest));
    if (digits.empty() || digits.size() > 6) return std::nullopt;
    digits.append(6 - digits.size(), '0');
    for (const char c : digits) {
        decimal.millionths = decimal.millionths * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return decimal;
}

}  // namespace

std::optional<Price> parse_price(std::string_view text) {
    const auto decimal = take_decimal(text);
    if (!decimal) return std::nullopt;
    Price price;
    price.micros = static_cast<std::int64_t>(decimal->whole * kMillion + decimal->millionths);
    price.currency = "CNY";
    if (!text.empty()) {
        if (!take_text(text, " ") || !Currency::parse(text)) return std::nullopt;
        price.currency = text;
    }
    return price;
}

std::optional<std::uint64_t> parse_memory(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::uint64_t>, 10> kUnits{{
        {"", std::uint64_t{1} << 30},
        {"B", 1},
        {"KB", 1'000},
        {"MB", 1'000'000},
        {"GB", 1'000'000'000},
        {"TB", 1'000'000'000'000},
        {"KiB", std::uint64_t{1} << 10},
        {"MiB", std::uint64_t{1} << 20},
        {"GiB", std::uint64_t{1} << 30},
        {"TiB", std::uint64_t{1} << 40},
    }};
    if (text.ends_with('+')) text.remove_suffix(1);
    const auto decimal = take_decimal(text);
    if (!decimal) return std::nullopt;
    if (take_text(text, " ") && text.empty()) return std::nullopt;
    const auto* const unit =
        std::ranges::find(kUnits, text, &std::pair<std::string_view, std::uint64_t>::first);
    if (unit == kUnits.end() || decimal->whole > kMemoryMax / unit->second) return std::nullopt;
    const std::uint64_t part = (decimal->millionths * unit->second + kMillion - 1) / kMillion;
    const std::uint64_t bytes = decimal->whole * unit->second + part;
    if (bytes > kMemoryMax) return std::nullopt;
    return bytes;
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
    constexpr std::array<std::pair<char, std::uint64_t>, 4> kUnits{
        {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};
    if (const auto bare = parse_decimal<std::uint64_t>(text)) {
        if (*bare > kSecondsMax) return std::nullopt;
        return static_cast<std::int64_t>(*bare);
    }
    std::uint64_t total = 0;
    std::size_t next_unit = 0;
    do {
        const auto number = parse_decimal<std::uint64_t>(take_digits(text));
        if (!number || *number > kSecondsMax || text.empty()) return std::nullopt;
        while (next_unit < kUnits.size() && kUnits[next_unit].first != text.front()) ++next_unit;
        if (next_unit == kUnits.size()) return std::nullopt;
        total += *number * kUnits[next_unit++].second;
        text.remove_prefix(1);
    } while (!text.empty());
    if (total > kSecondsMax) return std::nullopt;
    return static_cast<std::int64_t>(total);
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    return parse_decimal<std::uint64_t>(text);
}

std::optional<std::string> parse_relative_path(std::string_view text) {
    while (take_text(text, "./")) {
    }
    if (text.ends_with('/')) text.remove_suffix(1);
    if (text.empty() || text.size() > task_limits::kPathBytesMax || text.starts_with('~'))
        return std::nullopt;
    std::string_view rest = text;
    while (true) {
        const std::size_t end = rest.find('/');
        const std::string_view part = rest.substr(0, end);
        const bool wrong = part.empty() || part == "." || part == ".." ||
                           part.size() > kPartSizeMax || std::ranges::any_of(part, [](char c) {
                               return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                           });
        if (wrong) return std::nullopt;
        if (end == rest.npos) return std::string(text);
        rest.remove_prefix(end + 1);
    }
}

}  // namespace penstock::format
