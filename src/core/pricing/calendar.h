#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "base/wide.h"

/// The calendar of a price plan: the Gregorian one at a fixed offset from UTC, so that every day
/// has 86,400 seconds. Months and weeks have the lengths that they have there, leap days included.
namespace penstock::pricing {

enum class CalendarUnit : std::uint8_t { day = 1, week = 2, month = 3 };

struct UtcOffset {
    std::int32_t minutes = 0;  ///< East of Greenwich is above zero.
    bool operator==(const UtcOffset&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(minutes);
    }
};

/// An instant as clocks on the wall show it.
struct LocalMinute {
    std::chrono::local_days day;
    std::int32_t minute = 0;  ///< Of the day, 0 to 1439.
};
LocalMinute local_minute(Instant at, UtcOffset offset);
/// The first instant of a minute of a day; 1440 is the next day's first.
Instant instant_of(std::chrono::local_days day, std::int32_t minute, UtcOffset offset);

/// The day, week (from Monday) or month to which an instant belongs.
Interval calendar_unit_around(Instant at, CalendarUnit unit, UtcOffset offset);

/// Months of 28, 29, 30 and 31 days have so many days as their least common multiple.
inline constexpr std::int64_t kDaysPerAnyMonth = 377'580;
/// How many parts a unit has. A second is one part of a day or a week, and 377,580 ÷ (days of its
/// month) parts of a month, so that a whole month has the same number of parts whatever its length.
std::int64_t parts_per(CalendarUnit unit);

/// The exact number of parts in an interval. Time counts in whole seconds: an interval has those
/// that begin in it, so that the parts of its pieces add up to its own however it is cut.
Wide calendar_parts(Interval interval, CalendarUnit unit, UtcOffset offset);

/// Reads "2028-02-29"; empty when there is no such day.
std::optional<std::chrono::local_days> parse_date(std::string_view text);

}  // namespace penstock::pricing
