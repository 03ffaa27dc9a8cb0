#include "format/bank/bank_values.h"

#include <array>
#include <chrono>

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

struct DayPart {
    std::string_view word;
    unsigned low;
    unsigned high;
};
constexpr std::array<DayPart, 6> kDayParts{{{"YYYY", 1990, 2199},
                                            {"MM", 1, 12},
                                            {"DD", 1, 31},
                                            {"HH", 0, 23},
                                            {"mm", 0, 59},
                                            {"ss", 0, 59}}};

/// Which part a form begins with; the count of parts when with none.
std::size_t part_at(std::string_view form) {
    std::size_t part = 0;
    while (part < kDayParts.size() && !form.starts_with(kDayParts[part].word)) ++part;
    return part;
}

}  // namespace

std::optional<std::int64_t> parse_bank_amount(std::string_view text, AmountForm form) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t point = text.find(form.decimal);
    const std::string whole = whole_digits(text.substr(0, point), form.thousands);
    std::string decimals(point == text.npos ? "" : text.substr(point + 1));
    if (whole.empty() || whole.size() > kWholeDigitsMax) return std::nullopt;
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
    std::array<unsigned, kDayParts.size()> values{};
    while (!form.empty()) {
        const std::size_t part = part_at(form);
        if (part == kDayParts.size()) {
            if (text.empty() || text.front() != form.front()) return std::nullopt;
            text.remove_prefix(1);
            form.remove_prefix(1);
            continue;
        }
        const std::size_t length = kDayParts[part].word.size();
        if (text.size() < length) return std::nullopt;
        unsigned value = 0;
        for (const char digit : text.substr(0, length)) {
            if (!is_digit(digit)) return std::nullopt;
            value = value * 10 + static_cast<unsigned>(digit - '0');
        }
        if (value < kDayParts[part].low || value > kDayParts[part].high) return std::nullopt;
        values[part] = value;
        text.remove_prefix(length);
        form.remove_prefix(length);
    }
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(values[0])),
                                          std::chrono::month(values[1]),
                                          std::chrono::day(values[2])};
    if (!text.empty() || !day.ok()) return std::nullopt;
    std::string written = std::to_string(values[0]);
    for (const std::size_t part : {1U, 2U}) {
        written.append(values[part] < 10 ? "-0" : "-").append(std::to_string(values[part]));
    }
    return written;
}

bool is_day_form(std::string_view form) {
    std::array<unsigned, kDayParts.size() + 1> seen{};
    while (!form.empty()) {
        const std::size_t part = part_at(form);
        ++seen[part];
        form.remove_prefix(part == kDayParts.size() ? 1 : kDayParts[part].word.size());
    }
    return seen[0] == 1 && seen[1] == 1 && seen[2] == 1 && seen[3] <= 1 && seen[4] <= 1 &&
           seen[5] <= 1;
}

}  // namespace penstock::format
