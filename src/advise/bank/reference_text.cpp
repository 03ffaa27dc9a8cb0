#include "advise/bank/reference_text.h"

#include "base/text.h"

namespace penstock::advise {

namespace {

bool is_blank(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) ||
           c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool is_hyphen(char32_t c) {
    return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE58 || c == 0xFE63;
}

/// The ASCII that a character stands for; itself when for none.
char32_t plain(char32_t c) {
    constexpr char32_t kWideFirst = 0xFF01;
    constexpr char32_t kWideLast = 0xFF5E;
    if (c >= kWideFirst && c <= kWideLast) c = c - kWideFirst + '!';
    if (is_hyphen(c)) return '-';
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

bool ReferenceText::is_boundary(std::size_t at) const {
    if (at == 0 || at == letters.size() || blank_before[at]) return true;
    return !is_word(letters[at - 1]) || !is_word(letters[at]);
}

std::size_t ReferenceText::end_of_number(std::size_t at) const {
    if (at == 0 || !is_digit(letters[at - 1])) return at;
    std::size_t end = at;
    for (std::size_t next = at; next < letters.size(); ++next) {
        if (is_digit(letters[next])) {
            end = next + 1;
        } else if (letters[next] != '-' || letters[next - 1] == '-') {
            break;
        }
    }
    return end;
}

ReferenceText reference_text(std::string_view text) {
    ReferenceText ready;
    bool blank = false;
    while (!text.empty()) {
        const std::string_view before = text;
        const auto character = take_character(text);
        // Whoever made the statement gave UTF-8; a stray byte is no part of a reference.
        if (!character) text.remove_prefix(1);
        if (character && is_blank(*character)) {
            blank = true;
            continue;
        }
        const char32_t letter = character ? plain(*character) : U'\0';
        const std::string_view bytes = before.substr(0, before.size() - text.size());
        if (letter < 0x80) {
            ready.letters.push_back(static_cast<char>(letter));
        } else {
            ready.letters.append(bytes);
        }
        ready.blank_before.resize(ready.letters.size(), false);
        if (blank)
            ready.blank_before[ready.letters.size() - (letter < 0x80 ? 1 : bytes.size())] = true;
        blank = false;
    }
    ready.blank_before.push_back(blank);
    return ready;
}

}  // namespace penstock::advise
