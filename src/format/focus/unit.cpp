#include <algorithm>
#include <array>

#include "base/text.h"
#include "format/focus/value_formats.h"

namespace penstock::focus {

namespace {

bool is_capital(char character) {
    return 'A' <= character && character <= 'Z';
}

bool is_letter(char character) {
    return is_capital(character) || ('a' <= character && character <= 'z');
}

bool is_digit(char character) {
    return '0' <= character && character <= '9';
}

/// b, Kb, KiB, GB …
bool is_data_size(std::string_view text) {
    if (text.empty() || (text.back() != 'b' && text.back() != 'B')) return false;
    text.remove_suffix(1);
    if (text.ends_with('i') && text.size() == 2) text.remove_suffix(1);
    return text.empty() || (text.size() == 1 && std::string_view("KMGTPE").contains(text.front()));
}

bool is_word(std::string_view text) {
    if (is_data_size(text)) return true;
    return !text.empty() && is_capital(text.front()) && std::ranges::all_of(text, is_letter);
}

/// One or more words with single blanks between them.
bool is_name(std::string_view text) {
    for (;;) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (!is_word(text.substr(0, end))) return false;
        if (end == text.size()) return true;
        text.remove_prefix(end + 1);
    }
}

/// Takes "12 " off the front, if a count stands there.
bool take_count(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    const auto size = static_cast<std::size_t>(end - text.begin());
    if (size == 0 || text.front() == '0' || end == text.end() || *end != ' ') return false;
    text.remove_prefix(size + 1);
    return true;
}

enum class Number { one, many };

bool is_time(std::string_view text, Number wanted) {
    static constexpr std::array<std::string_view, 6> kTimes{"Second", "Minute", "Hour",
                                                            "Day",    "Month",  "Year"};
    if (wanted == Number::many) {
        if (!text.ends_with('s')) return false;
        text.remove_suffix(1);
    }
    return std::ranges::find(kTimes, text) != kTimes.end();
}

}  // namespace

bool is_unit(std::string_view text) {
    take_count(text);
    const std::size_t cut = text.find_first_of("-/");
    if (cut == text.npos) return is_name(text);
    std::string_view time = text.substr(cut + 1);
    if (!is_name(text.substr(0, cut))) return false;
    if (text[cut] == '-') return is_time(time, Number::many);
    return take_count(time) ? is_time(time, Number::many) : is_time(time, Number::one);
}

bool is_text(std::string_view text) {
    while (!text.empty()) {
        const auto character = take_character(text);
        if (!character) return false;
        const bool blank = *character == '\t' || *character == '\n';
        if ((*character < 0x20 && !blank) || (*character >= 0x7F && *character < 0xA0))
            return false;
    }
    return true;
}

bool is_filled(std::string_view text) {
    while (!text.empty()) {
        const auto character = take_character(text);
        if (!character) return false;
        const bool blank = *character <= ' ' || *character == 0xA0 || *character == 0x3000;
        if (!blank) return true;
    }
    return false;
}

}  // namespace penstock::focus
