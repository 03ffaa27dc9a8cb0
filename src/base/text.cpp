#include "base/text.h"

#include <cstdint>

namespace penstock {

namespace {

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

std::optional<char32_t> take_character(std::string_view& text) {
    if (text.empty()) return std::nullopt;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        text.remove_prefix(1);
        return first;
    }
    if (first < 0xC0 || first >= 0xF8) return std::nullopt;
    const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (text.size() < length) return std::nullopt;
    char32_t character = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return std::nullopt;
        character = (character << 6U) | (byte(i) & 0x3FU);
    }
    // Anything below would be an overlong form.
    const char32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    const bool is_surrogate = character >= 0xD800 && character < 0xE000;
    if (character < smallest || character > 0x10FFFF || is_surrogate) return std::nullopt;
    text.remove_prefix(length);
    return character;
}

bool is_utf8(std::string_view text) {
    return count_characters(text).has_value();
}

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
