#include "format/utf8.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace penstock::format {

namespace {

/// Takes one character off the front of `rest`; empty when it is not well-formed.
std::optional<char32_t> take_character(std::string_view& rest) {
    const auto first = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    if (first < 0x80) return first;
    if (first < 0xc2 || first > 0xf4) return std::nullopt;
    const std::size_t more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (rest.size() < more) return std::nullopt;
    char32_t character = first & (0x3fU >> more);
    for (const char c : rest.substr(0, more)) {
        const auto byte = static_cast<std::uint8_t>(c);
        if ((byte & 0xc0) != 0x80) return std::nullopt;
        character = character << 6 | (byte & 0x3f);
    }
    rest.remove_prefix(more);
    constexpr char32_t kShortest[] = {0, 0x80, 0x800, 0x10000};
    const bool surrogate = character >= 0xd800 && character <= 0xdfff;
    if (character < kShortest[more] || character > 0x10ffff || surrogate) return std::nullopt;
    return character;
}

/// The characters with Unicode's White_Space property, apart from the ASCII controls.
bool is_space(char32_t c) {
    return c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        if (!take_character(text)) return false;
    }
    return true;
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 && c != '\n'; });
}

bool has_space_or_control(std::string_view text) {
    while (!text.empty()) {
        const auto character = take_character(text);
        if (!character || *character < 0x20 || is_space(*character)) return true;
    }
    return false;
}

}  // namespace penstock::format
