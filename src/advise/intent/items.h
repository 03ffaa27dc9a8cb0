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
    pause,     ///< The end of a clause: a comma and the like.
    unknown,
};

/// What stands behind a number: "70B" and "1T" leave open what is counted.
enum class Magnitude : std::uint8_t { none, letter_b, letter_t, other };

/// A piece of a sentence.
struct Item {
    ItemKind kind = ItemKind::unknown;
    std::size_t begin = 0;  ///< Bytes of the sentence, [begin, end).
    std::size_t end = 0;
    std::span<const Meaning> meanings;  ///< Of a phrase; of a quantity those of its unit.
    Decimal number;
    Magnitude magnitude = Magnitude::none;
    std::string currency;                 ///< Of a sign in front: ¥, $, €.
    std::chrono::sys_days first, last{};  ///< Of a day.
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

struct ReadDay {
    std::size_t end = 0;
    std::chrono::sys_days first, last;
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
/// A day of the lexicon: 10-01, spring-festival, year-end.
std::optional<ReadDay> named_day(std::string_view name, std::chrono::sys_days today,
                                 int year_ahead);

/// A sentence in pieces. Each byte but blanks is in one of them.
/// @param today  In local time.
/// @param notes  Gets what was taken for a slip of the pen.
std::vector<Item> split_sentence(std::string_view sentence, std::chrono::sys_days today,
                                 std::vector<std::string>& notes);

}  // namespace penstock::intent
