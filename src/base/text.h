#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace penstock {

/// The number of Unicode characters (code points) in UTF-8 text; empty when the bytes are not valid
/// UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
std::optional<std::size_t> count_characters(std::string_view text);

/// How many characters a text from outside may have, both ends included.
struct TextLength {
    std::size_t minimum = 1;
    std::size_t maximum = 0;
};

/// A name or label: valid UTF-8 of a permitted length, without control characters, line breaks,
/// characters that turn the reading direction, or blanks at either end, so that two names that look
/// alike in a list cannot differ by what is not seen.
bool is_label(std::string_view text, TextLength length);

/// Text of several lines: valid UTF-8 of a permitted length, with no control characters but line
/// feed and tab.
bool is_prose(std::string_view text, TextLength length);

}  // namespace penstock
