#include <algorithm>
#include <chrono>

#include "format/focus/value_formats.h"

namespace penstock::focus {

namespace {

/// Takes `pattern` off the front, where 0 stands for any digit.
bool take(std::string_view& text, std::string_view pattern) {
    if (text.size() < pattern.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool digit = '0' <= text[i] && text[i] <= '9';
        if (pattern[i] == '0' ? !digit : text[i] != pattern[i]) return false;
    }
    text.remove_prefix(pattern.size());
    return true;
}

int number(std::string_view text, std::size_t at, std::size_t size) {
    int value = 0;
    for (const char digit : text.substr(at, size)) value = value * 10 + (digit - '0');
    return value;
}

/// @param text  Starts with digits at the places of YYYY-MM-DD.
bool is_day(std::string_view text) {
    using namespace std::chrono;
    return year_month_day(year(number(text, 0, 4)),
                          month(static_cast<unsigned>(number(text, 5, 2))),
                          day(static_cast<unsigned>(number(text, 8, 2))))
        .ok();
}

/// @param text  Starts with digits at the places of HH:mm:ss.
bool is_time(std::string_view text) {
    return number(text, 0, 2) < 24 && number(text, 3, 2) < 60 && number(text, 6, 2) < 60;
}

}  // namespace

bool is_date_time(std::string_view text) {
    std::string_view rest = text;
    return take(rest, "0000-00-00T00:00:00Z") && rest.empty() && is_day(text) &&
           is_time(text.substr(11));
}

bool is_any_date_time(std::string_view text) {
    std::string_view rest = text;
    if (!take(rest, "0000-00-00") || !is_day(text)) return false;
    if (rest.empty()) return true;
    if (rest.front() != 'T' && rest.front() != ' ') return false;
    rest.remove_prefix(1);
    const std::string_view time = rest;
    if (!take(rest, "00:00:00") || !is_time(time)) return false;
    if (take(rest, ".0"))
        while (take(rest, "0")) continue;
    return rest.empty() || rest == "Z" ||
           ((take(rest, "+00:00") || take(rest, "-00:00")) && rest.empty());
}

}  // namespace penstock::focus
