#include <algorithm>
#include <array>

#include "advise/intent/items.h"

namespace penstock::intent {

namespace {

namespace chrono = std::chrono;

struct Word {
    std::u32string_view text;
    int value;  ///< A weekday from 1, Monday; or how many weeks ahead.
};

/// The longest that begins at a character; a word of letters ends where it ends.
template <std::size_t count>
const Word* take(const std::array<Word, count>& words, const std::u32string& all, std::size_t& at) {
    const Word* longest = nullptr;
    for (const Word& word : words) {
        if (all.compare(at, word.text.size(), word.text) != 0) continue;
        const std::size_t end = at + word.text.size();
        if (is_latin(word.text.back()) && end < all.size() && is_latin(all[end])) continue;
        if (longest == nullptr || longest->text.size() < word.text.size()) longest = &word;
    }
    if (longest != nullptr) at += longest->text.size();
    return longest;
}

bool ends_with(const std::u32string& all, std::size_t end, std::u32string_view text) {
    return std::u32string_view(all).substr(0, end).ends_with(text);
}

/// @param weeks_ahead  Empty where no week was said.
ReadDay day_in(chrono::sys_days today, int weekday, std::optional<int> weeks_ahead) {
    const int now = static_cast<int>(chrono::weekday(today).iso_encoding());
    int days = weekday - now + 7 * weeks_ahead.value_or(0);
    if (!weeks_ahead && days <= 0) days += 7;
    const chrono::sys_days day = today + chrono::days(days);
    return {.end = 0,
            .first = day,
            .last = day + chrono::days(1),
            .relative = true,
            .any_week = !weeks_ahead};
}

std::optional<ReadDay> read_chinese(const std::u32string& all, std::size_t at,
                                    chrono::sys_days today) {
    constexpr std::array<Word, 4> kWeeks{{{U"本", 0}, {U"这", 0}, {U"下", 1}, {U"下下", 2}}};
    constexpr std::array<Word, 3> kNames{{{U"周", 0}, {U"星期", 0}, {U"礼拜", 0}}};
    constexpr std::array<Word, 8> kDays{{{U"一", 1},
                                         {U"二", 2},
                                         {U"三", 3},
                                         {U"四", 4},
                                         {U"五", 5},
                                         {U"六", 6},
                                         {U"日", 7},
                                         {U"天", 7}}};
    const std::size_t begin = at;
    const Word* const week = take(kWeeks, all, at);
    if (week != nullptr && at < all.size() && all[at] == U'个') ++at;
    if (take(kNames, all, at) == nullptr) return std::nullopt;
    const Word* const day = take(kDays, all, at);
    if (day == nullptr) return std::nullopt;
    for (const std::u32string_view other : {U"每", U"每个", U"上", U"上个"})
        if (ends_with(all, begin, other)) return std::nullopt;
    auto read =
        day_in(today, day->value, week == nullptr ? std::nullopt : std::optional(week->value));
    read.end = at;
    return read;
}

std::optional<ReadDay> read_english(const std::u32string& all, std::size_t at,
                                    chrono::sys_days today) {
    constexpr std::array<Word, 6> kWeeks{{{U"this ", 0},
                                          {U"next ", 1},
                                          {U"this week ", 0},
                                          {U"next week ", 1},
                                          {U"coming ", -1},
                                          {U"the coming ", -1}}};
    constexpr std::array<Word, 14> kDays{{{U"monday", 1},
                                          {U"tuesday", 2},
                                          {U"wednesday", 3},
                                          {U"thursday", 4},
                                          {U"friday", 5},
                                          {U"saturday", 6},
                                          {U"sunday", 7},
                                          {U"mon", 1},
                                          {U"tue", 2},
                                          {U"tues", 2},
                                          {U"wed", 3},
                                          {U"thu", 4},
                                          {U"thurs", 4},
                                          {U"fri", 5}}};
    constexpr std::array<Word, 4> kWeeksBehind{
        {{U" this week", 0}, {U" of this week", 0}, {U" next week", 1}, {U" of next week", 1}}};
    const std::size_t begin = at;
    const Word* const front = take(kWeeks, all, at);
    const Word* const day = take(kDays, all, at);
    if (day == nullptr) return std::nullopt;
    for (const std::u32string_view other : {U"every ", U"each ", U"last "})
        if (ends_with(all, begin, other)) return std::nullopt;
    const Word* const behind = take(kWeeksBehind, all, at);
    const Word* const week = behind != nullptr ? behind : front;
    const bool is_said = week != nullptr && week->value >= 0;
    auto read = day_in(today, day->value, is_said ? std::optional(week->value) : std::nullopt);
    read.end = at;
    // On a Monday, "next Monday" is the same to all.
    read.disputed = behind == nullptr && front != nullptr && front->text == U"next " &&
                    read.first != day_in(today, day->value, std::nullopt).first;
    return read;
}

}  // namespace

std::optional<ReadDay> read_weekday(const std::u32string& all, std::size_t at,
                                    chrono::sys_days today) {
    if (auto day = read_chinese(all, at, today)) return day;
    return read_english(all, at, today);
}

}  // namespace penstock::intent
