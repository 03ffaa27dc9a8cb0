#include "base/text.h"

#include <cstdint>

namespace penstock {

namespace {

/// Takes one character off the front of `text`; empty when no valid one stands there.
std::optional<char32_t> take_character(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    std::size_t length = 1;
    char32_t character = first;
    char32_t smallest = 0;  // Anything below would be an overlong form.
    if (first >= 0xF8 || (first >= 0x80 && first < 0xC0)) return std::nullopt;
    if (first >= 0xF0) {
        length = 4, character = first & 0x07U, smallest = 0x10000;
    } else if (first >= 0xE0) {
        length = 3, character = first & 0x0FU, smallest = 0x800;
    } else if (first >= 0xC0) {
        length = 2, character = first & 0x1FU, smallest = 0x80;
    }
    if (text.size() < length) return std::nullopt;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return std::nullopt;
        character = (character << 6U) | (byte(i) & 0x3FU);
    }
    const bool is_surrogate = character >= 0xD800 && character < 0xE000;
    if (character < smallest || character > 0x10FFFF || is_surrogate) return std::nullopt;
    text.remove_prefix(length);
    return character;
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/// Line and paragraph separators, marks that turn the reading direction, and the byte-order mark.
bool is_unseen(char32_t c) {
    return c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

bool is_blank(char32_t c) {
    return c == ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

bool fits(std::size_t characters, TextLength length) {
    return length.minimum <= characters && characters <= length.maximum;
}

}  // namespace

std::optional<std::size_t> count_characters(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        if (!take_character(text)) return std::nullopt;
    }
    return count;
}

bool is_label(std::string_view text, TextLength length) {
    std::size_t count = 0;
    bool ends_blank = false;
    while (!text.empty()) {
        const auto character = take_character(text);
        if (!character || is_control(*character) || is_unseen(*character)) return false;
        ends_blank = is_blank(*character);
        if (++count == 1 && ends_blank) return false;
    }
    return !ends_blank && fits(count, length);
}

bool is_prose(std::string_view text, TextLength length) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const auto character = take_character(text);
        if (!character) return false;
        if (is_control(*character) && *character != '\n' && *character != '\t') return false;
    }
    return fits(count, length);
}

}  // namespace penstock
