#include "core/pricing/calendar.h"

#include <algorithm>
#include <charconv>

#include "base/assert.h"

namespace penstock::pricing {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerMinute = 60;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kDaysPerWeek = 7;

constexpr std::int64_t divide_down(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

/// Seconds that begin before the instant, counted from 1970.
std::int64_t seconds_before(Instant at) {
    return -divide_down(-at.ns, kNsPerSecond);
}

local_days day_of(Instant at, UtcOffset offset) {
    const std::int64_t local =
        divide_down(at.ns, kNsPerSecond) + offset.minutes * kSecondsPerMinute;
    return local_days(days(divide_down(local, kSecondsPerDay)));
}

local_days first_of(year_month month) {
    return local_days(month / 1);
}

std::int64_t days_in(year_month month) {
    return (first_of(month + std::chrono::months(1)) - first_of(month)).count();
}

year_month month_of(local_days day) {
    const year_month_day date(day);
    return date.year() / date.month();
}

std::optional<int> parse_digits(std::string_view text) {
    int value = 0;
    if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return {};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

LocalMinute local_minute(Instant at, UtcOffset offset) {
    const local_days day = day_of(at, offset);
    const std::int64_t into = (at - instant_of(day, 0, offset)).ns;
    return {day, static_cast<std::int32_t>(into / (kSecondsPerMinute * kNsPerSecond))};
}

Instant instant_of(local_days day, std::int32_t minute, UtcOffset offset) {
    const std::int64_t minutes = std::int64_t{minute} - offset.minutes;
    return Instant{(day.time_since_epoch().count() * kSecondsPerDay + minutes * kSecondsPerMinute) *
                   kNsPerSecond};
}

Interval calendar_unit_around(Instant at, CalendarUnit unit, UtcOffset offset) {
    const local_days day = day_of(at, offset);
    local_days first = day;
    local_days next = day + days(1);
    if (unit == CalendarUnit::week) {
        first = day - days(std::chrono::weekday(day).iso_encoding() - 1);
        next = first + days(kDaysPerWeek);
    } else if (unit == CalendarUnit::month) {
        first = first_of(month_of(day));
        next = first_of(month_of(day) + std::chrono::months(1));
    }
    return {instant_of(first, 0, offset), instant_of(next, 0, offset)};
}

std::int64_t parts_per(CalendarUnit unit) {
    if (unit == CalendarUnit::day) return kSecondsPerDay;
    if (unit == CalendarUnit::week) return kDaysPerWeek * kSecondsPerDay;
    return kDaysPerAnyMonth * kSecondsPerDay;
}

Wide calendar_parts(Interval interval, CalendarUnit unit, UtcOffset offset) {
    if (interval.is_empty()) return 0;
    if (unit != CalendarUnit::month)
        return Wide{seconds_before(interval.end)} - seconds_before(interval.start);
    Wide parts = 0;
    for (Instant at = interval.start; at < interval.end;) {
        const year_month month = month_of(day_of(at, offset));
        const Instant next = instant_of(first_of(month + std::chrono::months(1)), 0, offset);
        const Instant end = std::min(next, interval.end);
        const std::int64_t length = days_in(month);
        PENSTOCK_ASSERT(kDaysPerAnyMonth % length == 0);
        parts += Wide{seconds_before(end) - seconds_before(at)} * (kDaysPerAnyMonth / length);
        at = end;
    }
    return parts;
}

std::optional<local_days> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
    const auto year = parse_digits(text.substr(0, 4));
    const auto month = parse_digits(text.substr(5, 2));
    const auto day = parse_digits(text.substr(8, 2));
    if (!year || !month || !day) return {};
    const year_month_day date(std::chrono::year(*year),
                              std::chrono::month(static_cast<unsigned>(*month)),
                              std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return {};
    return local_days(date);
}

}  // namespace penstock::pricing
