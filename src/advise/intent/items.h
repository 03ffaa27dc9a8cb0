#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advise/intent/decimal.h"
#include "advise/intent/lexicon.h"
#include "base/time.h"

namespace penstock::intent {

enum class ItemKind : std::uint8_t {
    phrase,    ///< Of the lexicon.
    number,    ///< Without a unit.
    quantity,  ///< With one.
    day,       ///< A date, or a month: [first, last).
    clock,     ///< A time of day.
    pause,     ///< The end of a clause: a comma and the like.
    unknown,
};

/// What stands behind a number: "70B" and "1T" leave open what is counted.
enum class Magnitude : std::uint8_t { none, letter_b, letter_t, other };

/// What of a day an hour is of; evening and dawn are those of people, not of the sun.
enum class DayPart : std::uint8_t {
    none,
    before_noon,  ///< am
    after_noon,   ///< pm
    dawn,
    morning,
    noon,
    afternoon,
    evening,
};

/// A piece of a sentence.
struct Item {
    ItemKind kind = ItemKind::unknown;
    std::size_t begin = 0;  ///< Bytes of the sentence, [begin, end).
    std::size_t end = 0;
    std::span<const Meaning> meanings;  ///< Of a phrase; of a quantity those of its unit.
    Decimal number;
    Magnitude magnitude = Magnitude::none;
    std::string currency;                 ///< Of a sign in front: ¥, $, €.
    bool and_half = false;                ///< Half of the unit of a length, besides the number.
    std::chrono::sys_days first, last{};  ///< Of a day.
    DayPart part = DayPart::none;         ///< Of a day: 今晚, tonight; or "morning" itself.
    bool relative = false;                ///< Of a day: not by its date, such as 周五.
    bool any_week = false;                ///< Of a weekday: which week was not said.
    int minute = 0;                       ///< Of a time of day: from midnight.
    bool in_doubt = false;                ///< Of a time of day: before noon or after.
    bool strong_pause = false;            ///< More than a comma.
    std::size_t clause = 0;
    bool used = false;  ///< Understood.

    bool is(std::string_view meaning) const {
        return kind == ItemKind::phrase && has(meanings, meaning);
    }
    bool is(std::string_view meaning, std::string_view value) const {
        return kind == ItemKind::phrase && has(meanings, meaning, value);
    }
    /// The value of a meaning; empty for none.
    std::string_view value(std::string_view meaning) const {
        for (const Meaning& one : meanings)
            if (one.kind == meaning) return one.value;
        return {};
    }
};

/// Where a number ends, in characters, and what it is.
struct ReadNumber {
    std::size_t end = 0;
    Decimal value;
    Magnitude magnitude = Magnitude::none;
    std::size_t digits = 0;  ///< Characters of a Chinese numeral without what counts it.
    bool chinese = false;
};

/// The number that begins at a character: 70B, 1.5万亿, 三十, 五百万, 10,000, forty-five, two
/// million.
std::optional<ReadNumber> read_number(const FoldedText& text, std::size_t at);

/// A length of time in words, with halves: 半小时, 两个半小时, 两天半, half an hour, an hour, two
/// and a half days, 1½ hours.
struct ReadLength {
    std::size_t end = 0;
    Decimal number;
    bool and_half = false;
    std::span<const Meaning> unit;
};
/// The length that begins at a character; nothing for a number and its unit alone, and for what is
/// a phrase of its own (半年, a month).
std::optional<ReadLength> read_length(const FoldedText& text, std::size_t at);

struct ReadDay {
    std::size_t end = 0;
    std::chrono::sys_days first, last;
    DayPart part = DayPart::none;
    bool relative = false;  ///< A weekday, or the day of a month that is not named.
    bool any_week = false;  ///< A weekday without its week.
    bool disputed = false;  ///< "next Friday": people differ in which they mean.
};
/// The date that begins at a character: 2026年5月1日, 3月底, Dec 31, June 2026, 2026-03-20, 下周五.
/// Years that are not said are the first in which the date is not over.
std::optional<ReadDay> read_day(const FoldedText& text, std::size_t at,
                                std::chrono::sys_days today);
/// The weekday that begins at a character: 周五, 下周五, 本星期三, Friday, next Friday, Friday next
/// week. Weeks begin on Monday; a weekday alone is the first after today. Those of every week, and
/// of last week, are none.
std::optional<ReadDay> read_weekday(const std::u32string& all, std::size_t at,
                                    std::chrono::sys_days today);
struct ReadClock {
    std::size_t end = 0;
    int minute = 0;           ///< From midnight; 24:00 and later are of the night behind the day.
    bool in_doubt = false;    ///< Nothing says which half of the day: 八点, 8:00.
    bool bare_one = false;    ///< 一点, which is mostly "a little".
    bool other_zone = false;  ///< "18:00 UTC"
};
/// The time of day that begins at a character: 晚上八点, 下午3点半, 18:30, 6 pm, noon, half past
/// six in the evening.
/// @param part  Of the day that stands in front: 今晚 of 今晚十点.
std::optional<ReadClock> read_clock(const FoldedText& text, std::size_t at, DayPart part);

/// A day of the lexicon: 10-01, spring-festival, year-end.
std::optional<ReadDay> named_day(std::string_view name, std::chrono::sys_days today,
                                 int year_ahead);

/// A sentence in pieces. Each byte but blanks is in one of them.
/// @param today  In local time.
/// @param notes  Gets what was taken for a slip of the pen.
std::vector<Item> split_sentence(std::string_view sentence, std::chrono::sys_days today,
                                 std::vector<std::string>& notes);

}  // namespace penstock::intent
