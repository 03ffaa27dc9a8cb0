#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::format {

/// How values are written on bank statements. Each function gives nothing for any other text; none
/// uses floating point.

struct AmountForm {
    char decimal = '.';
    char thousands = 0;  ///< Between groups of three digits; 0 for none.
};

/// "1,234.56", "-0.5", ".5", "+12", "12.50-": at most 12 digits before the decimal sign and 6 after
/// it. Where thousands are separated, all of them are; they need not be. Any narrow or unbreakable
/// blank is a blank, and U+2212 a minus.
/// @return Micros.
std::optional<std::int64_t> parse_bank_amount(std::string_view text, AmountForm form);

/// A day of the years 1990 to 2199 by the given form, in which YYYY, MM, DD, and HH, mm, ss (which
/// are checked and dropped) stand for digits, M, D and H for one or two, and all else for itself.
/// @return "YYYY-MM-DD".
std::optional<std::string> parse_bank_day(std::string_view text, std::string_view form);

/// Whether a form names year, month and day once each, and hour, minute, second at most once, and
/// no digits can follow on M, D or H.
bool is_day_form(std::string_view form);

/// @param day, next  As parse_bank_day() gives them.
bool is_next_day(std::string_view day, std::string_view next);

}  // namespace penstock::format
