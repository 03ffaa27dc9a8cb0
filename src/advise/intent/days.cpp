#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "advise/intent/items.h"

namespace penstock::intent {

namespace {

namespace chrono = std::chrono;
using chrono::sys_days;

constexpr std::array<std::u32string_view, 12> kMonths{
    U"january", U"february", U"march",     U"april",   U"may",      U"june",
    U"july",    U"august",   U"september", U"october", U"november", U"december"};

/// The first day of the Chinese year, from 2026 on.
constexpr std::array<std::array<int, 2>, 15> kSpringFestivals{{{2, 17},
                                                               {2, 6},
                                                               {1, 26},
                                                               {2, 13},
                                                               {2, 3},
                                                               {1, 23},
                                                               {2, 11},
                                                               {1, 31},
                                                               {2, 19},
                                                               {2, 8},
                                                               {1, 28},
                                                               {2, 15},
                                                               {2, 4},
                                                               {1, 24},
                                                               {2, 12}}};
constexpr int kSpringFestivalsFrom = 2026;

std::optional<sys_days> day_of(int year, int month, int day) {
    const chrono::year_month_day date{chrono::year(year),
                                      chrono::month(static_cast<unsigned>(month)),
                                      chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || year < 2000 || year > 2199) return std::nullopt;
    return sys_days(date);
}

sys_days first_of_next_month(int year, int month) {
    return *day_of(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1);
}

int year_of(sys_days day) {
    return static_cast<int>(chrono::year_month_day(day).year());
}
int month_of(sys_days day) {
    return static_cast<int>(static_cast<unsigned>(chrono::year_month_day(day).month()));
}

class Cursor {
  public:
    Cursor(const std::u32string& all, std::size_t at) : all_(&all), at_(at) {}
    std::size_t at() const { return at_; }
    bool take(char32_t c) {
        if (at_ >= all_->size() || (*all_)[at_] != c) return false;
        ++at_;
        return true;
    }
    void skip_blanks() {
        while (take(' ')) {
        }
    }
    /// A number of at most `size` digits that no digit follows.
    std::optional<int> number(std::size_t size) {
        std::size_t end = at_;
        int value = 0;
        for (; end < all_->size() && is_ascii_digit((*all_)[end]); ++end) {
            if (end - at_ == size) return std::nullopt;
            value = value * 10 + static_cast<int>((*all_)[end] - '0');
        }
        if (end == at_) return std::nullopt;
        at_ = end;
        return value;
    }
    /// 三, 十二, 二十, 三十一; below 100.
    std::optional<int> chinese_number() {
        static constexpr std::u32string_view kNumerals = U"零一二三四五六七八九";
        const auto digit = [this]() -> int {
            const std::size_t value =
                at_ < all_->size() ? kNumerals.find((*all_)[at_]) : kNumerals.npos;
            if (value == kNumerals.npos || value == 0) return 0;
            ++at_;
            return static_cast<int>(value);
        };
        const int first = digit();
        if (take(U'十')) return (first == 0 ? 1 : first) * 10 + digit();
        return first == 0 ? std::nullopt : std::optional(first);
    }
    std::optional<int> month_name() {
        for (std::size_t i = 0; i < kMonths.size(); ++i) {
            for (const std::size_t size : {kMonths[i].size(), std::size_t{4}, std::size_t{3}}) {
                const auto name = kMonths[i].substr(0, size);
                if (all_->compare(at_, name.size(), name) != 0) continue;
                const std::size_t end = at_ + name.size();
                if (end < all_->size() && is_latin((*all_)[end])) continue;
                at_ = end;
                take('.');
                return static_cast<int>(i) + 1;
            }
        }
        return std::nullopt;
    }
    void skip_ordinal() {
        for (const std::u32string_view ending : {U"st", U"nd", U"rd", U"th"})
            if (all_->compare(at_, 2, ending) == 0) {
                at_ += 2;
                return;
            }
    }
    bool take_text(std::u32string_view text) {
        if (!next_is(text)) return false;
        at_ += text.size();
        return true;
    }
    bool next_is(std::u32string_view text) const {
        return all_->compare(at_, text.size(), text) == 0;
    }

  private:
    const std::u32string* all_;
    std::size_t at_;
};

/// A day, or a whole month for day 0, in the year said or the first in which it is not over.
std::optional<ReadDay> make(std::size_t end, std::optional<int> year, int month, int day,
                            sys_days today) {
    if (month < 1 || month > 12) return std::nullopt;
    for (int ahead = 0; ahead < 5; ++ahead) {
        const int in = year ? *year : year_of(today) + ahead;
        const auto first = day_of(in, month, day == 0 ? 1 : day);
        if (first) {
            const sys_days last =
                day == 0 ? first_of_next_month(in, month) : *first + chrono::days(1);
            if (year || last > today) return ReadDay{end, *first, last};
        }
        if (year) break;
    }
    return std::nullopt;
}

/// 2026年5月1日, 5月1号, 3月底, 6月.
std::optional<ReadDay> read_chinese_day(const std::u32string& all, std::size_t at, sys_days today) {
    Cursor cursor(all, at);
    std::optional<int> year;
    auto number = cursor.number(4);
    if (number && cursor.take(U'年')) {
        year = *number < 100 ? 2000 + *number : *number;
        cursor.skip_blanks();
        number = cursor.number(2);
    }
    // 三月 may be a slip for 三个月; 三月五日 and 三月底 are dates.
    const bool in_words = !number;
    if (in_words) number = cursor.chinese_number();
    if (!number || !cursor.take(U'月')) return std::nullopt;
    const int month = *number;
    cursor.skip_blanks();
    if (cursor.take(U'底') || cursor.take(U'末')) {
        auto whole = make(cursor.at(), year, month, 0, today);
        if (whole) whole->first = whole->last;
        return whole;
    }
    if (cursor.take(U'份')) return make(cursor.at(), year, month, 0, today);
    auto day = cursor.number(2);
    if (!day) day = cursor.chinese_number();
    if (day) {
        if (!cursor.take(U'日') && !cursor.take(U'号') && in_words) return std::nullopt;
        return make(cursor.at(), year, month, *day, today);
    }
    if (in_words) return std::nullopt;
    return make(cursor.at(), year, month, 0, today);
}

/// A day of this month or the next; of `months_ahead` where a month is said, or else the first that
/// is not over.
std::optional<ReadDay> make_of_month(std::size_t end, std::optional<int> months_ahead, int day,
                                     sys_days today) {
    const chrono::year_month now{chrono::year(year_of(today)),
                                 chrono::month(static_cast<unsigned>(month_of(today)))};
    const int from = months_ahead.value_or(0);
    for (int ahead = from; ahead <= (months_ahead ? from : 2); ++ahead) {
        const chrono::year_month in = now + chrono::months(ahead);
        const auto first = day_of(static_cast<int>(in.year()),
                                  static_cast<int>(static_cast<unsigned>(in.month())), day);
        if (first && (months_ahead || *first >= today))
            return ReadDay{
                .end = end, .first = *first, .last = *first + chrono::days(1), .relative = true};
    }
    return std::nullopt;
}

/// 20号, 下个月15号, 本月二十号.
std::optional<ReadDay> read_chinese_day_of_month(const std::u32string& all, std::size_t at,
                                                 sys_days today) {
    Cursor cursor(all, at);
    std::optional<int> ahead;
    for (const auto& [word, months] : std::initializer_list<std::pair<std::u32string_view, int>>{
             {U"下个月", 1}, {U"下月", 1}, {U"这个月", 0}, {U"本月", 0}}) {
        if (!ahead && cursor.take_text(word)) ahead = months;
    }
    auto day = cursor.number(2);
    if (!day) day = cursor.chinese_number();
    // 15日 alone is a number of days.
    if (!day || !(cursor.take(U'号') || (ahead && cursor.take(U'日')))) return std::nullopt;
    return make_of_month(cursor.at(), ahead, *day, today);
}

/// The 15th, the 15th of next month.
std::optional<ReadDay> read_english_day_of_month(const std::u32string& all, std::size_t at,
                                                 sys_days today) {
    Cursor cursor(all, at);
    const auto day = cursor.number(2);
    if (!day) return std::nullopt;
    const std::size_t number = cursor.at();
    cursor.skip_ordinal();
    const bool cuts = cursor.at() < all.size() && is_latin(all[cursor.at()]);
    if (cursor.at() == number || cuts) return std::nullopt;
    std::optional<int> ahead;
    if (cursor.take_text(U" of next month")) ahead = 1;
    if (!ahead && cursor.take_text(U" of this month")) ahead = 0;
    return make_of_month(cursor.at(), ahead, *day, today);
}

/// 2026-03-20, 2026/3/20.
std::optional<ReadDay> read_iso_day(const std::u32string& all, std::size_t at, sys_days today) {
    Cursor cursor(all, at);
    const auto year = cursor.number(4);
    if (!year || *year < 2000) return std::nullopt;
    const char32_t mark = cursor.take('-') ? '-' : cursor.take('/') ? '/' : '.';
    if (mark == '.' && !cursor.take('.')) return std::nullopt;
    const auto month = cursor.number(2);
    if (!month || !cursor.take(mark)) return std::nullopt;
    const auto day = cursor.number(2);
    if (!day) return std::nullopt;
    return make(cursor.at(), year, *month, *day, today);
}

/// The year that may stand behind a day, and where it ends.
std::optional<int> take_year(Cursor& cursor) {
    Cursor ahead = cursor;
    ahead.take(',');
    ahead.skip_blanks();
    const auto year = ahead.number(4);
    if (!year || *year < 2000 || *year > 2199) return std::nullopt;
    cursor = ahead;
    return year;
}

/// Dec 31, December 31st, 2026, June 2026, June, 31 December.
std::optional<ReadDay> read_english_day(const std::u32string& all, std::size_t at, sys_days today) {
    Cursor cursor(all, at);
    int day = 0;
    if (const auto number = cursor.number(2)) {
        day = *number;
        const std::size_t end = cursor.at();
        cursor.skip_ordinal();
        const bool is_ordinal = cursor.at() != end;
        cursor.skip_blanks();
        // The 15th of May; and 3 of them.
        if (cursor.take_text(U"of ") && !is_ordinal) return std::nullopt;
    }
    const auto month = cursor.month_name();
    if (!month) return std::nullopt;
    if (day == 0) {
        Cursor ahead = cursor;
        ahead.skip_blanks();
        const auto number = ahead.number(2);
        if (number) {
            day = *number;
            ahead.skip_ordinal();
            cursor = ahead;
        }
    }
    const auto year = take_year(cursor);
    return make(cursor.at(), year, *month, day, today);
}

/// 今晚, 明早, tonight: a day and a part of it.
std::optional<ReadDay> read_part_of_day(const std::u32string& all, std::size_t at, sys_days today) {
    struct Word {
        std::u32string_view text;
        int days_ahead;
        DayPart part;
    };
    constexpr std::array<Word, 7> kWords{{{U"今早", 0, DayPart::morning},
                                          {U"今晚", 0, DayPart::evening},
                                          {U"今夜", 0, DayPart::evening},
                                          {U"明早", 1, DayPart::morning},
                                          {U"明晚", 1, DayPart::evening},
                                          {U"后晚", 2, DayPart::evening},
                                          {U"tonight", 0, DayPart::evening}}};
    for (const Word& word : kWords) {
        const std::size_t end = at + word.text.size();
        if (all.compare(at, word.text.size(), word.text) != 0) continue;
        if (is_latin(word.text.back()) && end < all.size() && is_latin(all[end])) continue;
        const sys_days day = today + chrono::days(word.days_ahead);
        return ReadDay{.end = end, .first = day, .last = day + chrono::days(1), .part = word.part};
    }
    return std::nullopt;
}

/// The end of Friday, the end of June: when it is over.
std::optional<ReadDay> read_end_of_day(const FoldedText& text, std::size_t at, sys_days today) {
    for (const std::u32string_view words : {U"the end of ", U"end of "}) {
        if (text.characters.compare(at, words.size(), words) != 0) continue;
        auto day = read_day(text, at + words.size(), today);
        if (day) day->first = day->last;
        return day;
    }
    return std::nullopt;
}

}  // namespace

std::optional<ReadDay> read_day(const FoldedText& text, std::size_t at, sys_days today) {
    const std::u32string& all = text.characters;
    if (at > 0 && (is_latin(all[at - 1]) || is_ascii_digit(all[at - 1]))) return std::nullopt;
    if (auto day = read_chinese_day(all, at, today)) return day;
    if (auto day = read_iso_day(all, at, today)) return day;
    if (auto day = read_weekday(all, at, today)) return day;
    if (auto day = read_part_of_day(all, at, today)) return day;
    if (auto day = read_end_of_day(text, at, today)) return day;
    if (auto day = read_chinese_day_of_month(all, at, today)) return day;
    if (auto day = read_english_day(all, at, today)) return day;
    return read_english_day_of_month(all, at, today);
}

std::optional<ReadDay> named_day(std::string_view name, sys_days today, int year_ahead) {
    const int year = year_of(today) + year_ahead;
    const int month = month_of(today);
    const auto at_end = [](sys_days end) { return ReadDay{0, end, end}; };
    if (name == "year-end") return at_end(*day_of(year + 1, 1, 1));
    if (name == "month-end") return at_end(first_of_next_month(year, month));
    if (name == "quarter-end") return at_end(first_of_next_month(year, (month + 2) / 3 * 3));
    const sys_days next = first_of_next_month(year, month);
    const sys_days after = first_of_next_month(year_of(next), month_of(next));
    if (name == "next-month-end") return at_end(after);
    if (name == "next-month") return ReadDay{0, next, after};
    const auto one = [](sys_days day) { return ReadDay{0, day, day + chrono::days(1)}; };
    if (name == "today") return one(today);
    if (name == "tomorrow") return one(today + chrono::days(1));
    if (name == "day-after-tomorrow") return one(today + chrono::days(2));
    if (name == "in-three-days") return one(today + chrono::days(3));
    if (name == "tomorrow-end") return at_end(today + chrono::days(2));
    if (name == "today-end") return at_end(today + chrono::days(1));
    const sys_days monday = today - chrono::days(chrono::weekday(today).iso_encoding() - 1);
    const auto week = [&](int from, int to) {
        return ReadDay{0, monday + chrono::days(from), monday + chrono::days(to)};
    };
    if (name == "this-week") return week(0, 7);
    if (name == "weekend") return week(5, 7);
    if (name == "next-week") return week(7, 14);
    if (name == "spring-festival") {
        for (int in = year_ahead > 0 ? year : year_of(today); in <= year + 1; ++in) {
            const int index = in - kSpringFestivalsFrom;
            if (index < 0 || index >= static_cast<int>(kSpringFestivals.size())) continue;
            const auto& [festival_month, festival_day] =
                kSpringFestivals[static_cast<std::size_t>(index)];
            const auto day = day_of(in, festival_month, festival_day);
            if (day && *day > today) return one(*day);
        }
        return std::nullopt;
    }
    // "10-01"
    const int holiday_month = (name[0] - '0') * 10 + (name[1] - '0');
    const int holiday = (name[3] - '0') * 10 + (name[4] - '0');
    return make(0, year_ahead > 0 ? std::optional(year) : std::nullopt, holiday_month, holiday,
                today);
}

}  // namespace penstock::intent
