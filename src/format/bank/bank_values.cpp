#include "format/bank/bank_values.h"

#include <array>
#include <chrono>
#include <cstdint>

#include "base/money.h"
#include "format/text_reader.h"

namespace penstock::format {

namespace {

constexpr std::size_t kWholeDigitsMax = 12;
constexpr std::size_t kDecimalsMax = 6;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The digits in front of the decimal sign, without what separates thousands; empty when they are
/// not separated as they must be.
std::string whole_digits(std::string_view text, char thousands) {
    std::string digits;
    bool separated = false;
    std::size_t group = 0;
    for (const char letter : text) {
        if (thousands != 0 && letter == thousands) {
            if (group == 0 || group > 3 || (separated && group != 3)) return {};
            separated = true;
            group = 0;
            continue;
        }
        if (!is_digit(letter)) return {};
        digits.push_back(letter);
        ++group;
    }
    if (separated && group != 3) return {};
    return digits;
}

enum Field : std::uint8_t { kYear, kMonth, kDay, kHour, kMinute, kSecond, kFields };

/// In which days are given on.
constexpr std::string_view kDayForm = "YYYY-MM-DD";

struct DayPart {
    std::string_view word;
    Field field;
    unsigned low;
    unsigned high;
};
/// Those of more letters first, since the others begin like them.
constexpr std::array<DayPart, 9> kDayParts{{{"YYYY", kYear, 1990, 2199},
                                            {"MM", kMonth, 1, 12},
                                            {"DD", kDay, 1, 31},
                                            {"HH", kHour, 0, 23},
                                            {"mm", kMinute, 0, 59},
                                            {"ss", kSecond, 0, 59},
                                            {"M", kMonth, 1, 12},
                                            {"D", kDay, 1, 31},
                                            {"H", kHour, 0, 23}}};

/// Which part a form begins with; null when with none.
const DayPart* part_at(std::string_view form) {
    for (const DayPart& part : kDayParts) {
        if (form.starts_with(part.word)) return &part;
    }
    return nullptr;
}

/// Takes as many digits as the part has letters, or one or two for a single letter.
std::optional<unsigned> take_number(std::string_view& text, const DayPart& part) {
    std::size_t length = part.word.size();
    if (length == 1 && text.size() > 1 && is_digit(text[1])) length = 2;
    if (text.size() < length) return std::nullopt;
    unsigned value = 0;
    for (const char digit : text.substr(0, length)) {
        if (!is_digit(digit)) return std::nullopt;
        value = value * 10 + static_cast<unsigned>(digit - '0');
    }
    text.remove_prefix(length);
    if (value < part.low || value > part.high) return std::nullopt;
    return value;
}

/// Takes a minus off the front or the end, or a plus off the front.
/// @return Whether it was a minus.
bool take_sign(std::string_view& text) {
    constexpr std::string_view kMinus = "\u2212";
    for (const std::string_view minus : {std::string_view("-"), kMinus}) {
        if (text.starts_with(minus)) {
            text.remove_prefix(minus.size());
            return true;
        }
        if (text.ends_with(minus) && !text.starts_with('+')) {
            text.remove_suffix(minus.size());
            return true;
        }
    }
    if (text.starts_with('+')) text.remove_prefix(1);
    return false;
}

/// The blanks that typesetters put between thousands, as plain ones.
std::string with_plain_blanks(std::string_view text) {
    std::string plain(text);
    for (const std::string_view blank : {"\u00a0", "\u2009", "\u202f"}) {
        for (std::size_t at = plain.find(blank); at != plain.npos; at = plain.find(blank, at)) {
            plain.replace(at, blank.size(), " ");
        }
    }
    return plain;
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text,
                                                      std::string_view form) {
    std::array<unsigned, kFields> values{};
    while (!form.empty()) {
        const DayPart* part = part_at(form);
        if (part == nullptr) {
            if (text.empty() || text.front() != form.front()) return std::nullopt;
            text.remove_prefix(1);
            form.remove_prefix(1);
            continue;
        }
        const auto value = take_number(text, *part);
        if (!value) return std::nullopt;
        values[part->field] = *value;
        form.remove_prefix(part->word.size());
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(values[kYear])),
                                           std::chrono::month(values[kMonth]),
                                           std::chrono::day(values[kDay])};
    if (!text.empty() || !date.ok()) return std::nullopt;
    return date;
}

}  // namespace

std::optional<std::int64_t> parse_bank_amount(std::string_view given, AmountForm form) {
    std::string_view text = given;
    const bool negative = take_sign(text);
    std::string plain;
    if (form.thousands == ' ') {
        plain = with_plain_blanks(text);
        text = plain;
    }
    const std::size_t point = text.find(form.decimal);
    const std::string whole = whole_digits(text.substr(0, point), form.thousands);
    std::string decimals(point == text.npos ? "" : text.substr(point + 1));
    // Only the decimal sign itself may have nothing before it: ".50", as some databases write it.
    if (whole.empty() && point != 0) return std::nullopt;
    if (whole.size() > kWholeDigitsMax) return std::nullopt;
    if (point != text.npos && decimals.empty()) return std::nullopt;
    if (decimals.size() > kDecimalsMax) return std::nullopt;
    decimals.append(kDecimalsMax - decimals.size(), '0');
    std::int64_t micros = 0;
    for (const char digit : whole + decimals) {
        if (!is_digit(digit)) return std::nullopt;
        micros = micros * 10 + (digit - '0');
    }
    return negative ? -micros : micros;
}

std::optional<std::string> parse_bank_day(std::string_view text, std::string_view form) {
    const auto date = parse_date(text, form);
    if (!date) return std::nullopt;
    std::string written = std::to_string(static_cast<int>(date->year()));
    for (const unsigned value :
         {static_cast<unsigned>(date->month()), static_cast<unsigned>(date->day())}) {
        written.append(value < 10 ? "-0" : "-").append(std::to_string(value));
    }
    return written;
}

bool is_day_form(std::string_view form) {
    std::array<unsigned, kFields> seen{};
    while (!form.empty()) {
        const DayPart* part = part_at(form);
        form.remove_prefix(part == nullptr ? 1 : part->word.size());
        if (part == nullptr) continue;
        ++seen[part->field];
        const bool open = part->word.size() == 1;
        if (open && (part_at(form) != nullptr || (!form.empty() && is_digit(form.front())))) {
            return false;
        }
    }
    return seen[kYear] == 1 && seen[kMonth] == 1 && seen[kDay] == 1 && seen[kHour] <= 1 &&
           seen[kMinute] <= 1 && seen[kSecond] <= 1;
}

bool is_next_day(std::string_view day, std::string_view next) {
    const auto first = parse_date(day, kDayForm);
    const auto second = parse_date(next, kDayForm);
    return first && second &&
           std::chrono::sys_days(*second) - std::chrono::sys_days(*first) == std::chrono::days(1);
}

}  // namespace penstock::format
