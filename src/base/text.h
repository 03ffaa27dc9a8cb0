#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace penstock {

/// Takes one Unicode character (code point) off the front of UTF-8 text.
/// @return Empty, and `text` unchanged, when no well-formed one stands there (RFC 3629: no overlong
///         form, no surrogate, nothing above U+10FFFF) or the text is at its end.
std::optional<char32_t> take_character(std::string_view& text);

/// Whether all of the bytes are well-formed UTF-8.
bool is_utf8(std::string_view text);

/// The number of Unicode characters (code points) in UTF-8 text; empty when the bytes are not
/// well-formed UTF-8.
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
