#pragma once

#include <string_view>

namespace penstock::focus {

/// FOCUS's date and time: YYYY-MM-DDTHH:mm:ssZ, a day and time that exist.
bool is_date_time(std::string_view text);

/// Any ISO 8601 date, with or without a time, fraction and zone: of the type, not yet of the
/// format.
bool is_any_date_time(std::string_view text);

/// FOCUS's unit format: "GB", "Card-Hours", "GB/Hour", "1000000 Tokens", "100 GB/3 Days". Words are
/// capitalized, or are sizes of data.
bool is_unit(std::string_view text);

/// FOCUS's key-value format: a JSON object with unique keys whose values are numbers, strings,
/// true, false or null, and nothing nested.
bool is_key_value(std::string_view text);

/// A code of ISO 4217 that is in use for money.
bool is_iso_4217(std::string_view text);

/// Text that can be shown: no control characters but tab and line feed.
bool is_text(std::string_view text);

/// Something to read: not empty and not blanks alone.
bool is_filled(std::string_view text);

}  // namespace penstock::focus
