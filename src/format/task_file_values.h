#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::format {

/// How values are written in a task file. Each function gives nothing for any other text; none uses
/// floating point.

struct Price {
    std::int64_t micros = 0;
    std::string currency;
    bool operator==(const Price&) const = default;
};

/// "12.50 CNY", "12.5" or "3": up to 12 digits before the point and 6 after it; CNY unless said.
std::optional<Price> parse_price(std::string_view text);

/// "2GB", "512MiB", "1.5 TiB", or a bare number, which means GiB. Up to 6 decimals; a part of a
/// byte counts as one. A "+" at the end ("at least", in SkyPilot) is allowed and changes nothing.
/// @return Bytes, at most 2^50.
std::optional<std::uint64_t> parse_memory(std::string_view text);

/// "45s", "30m", "2h", "1d", "1h30m" with the larger unit first, or a bare number of seconds.
/// @return Seconds, at most 366 days.
std::optional<std::int64_t> parse_seconds(std::string_view text);

/// A whole number as it is printed.
std::optional<std::uint64_t> parse_count(std::string_view text);

/// Takes "./" off the front and "/" off the end of a path, and gives nothing unless what is left
/// is relative, has no empty, "." or ".." part, no control character, no "~" in front, and is not
/// over 1,024 bytes.
std::optional<std::string> parse_relative_path(std::string_view text);

}  // namespace penstock::format
