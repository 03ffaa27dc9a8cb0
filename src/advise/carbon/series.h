#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"

/// When to run what can wait, by an hourly series of carbon intensity or price.
///
/// Times are whole seconds since the first instant of the series.
namespace penstock::carbon {

inline constexpr std::int64_t kHour = 3600;
inline constexpr std::int64_t kDay = 24 * kHour;

/// The first instant of the next hour: `(3600, 7200] → 7200` but for 3600, which gives 7200, too.
constexpr std::int64_t next_hour(std::int64_t second) {
    return (second / kHour + 1) * kHour;
}

/// From `start` up to, and without, `end`.
struct Segment {
    std::int64_t start = 0;
    std::int64_t end = 0;

    constexpr std::int64_t length() const { return end - start; }
    bool operator==(const Segment&) const = default;
};

/// One value an hour, from 0: gCO2e/kWh or a price per kWh, in thousandths.
class HourlySeries {
  public:
    static constexpr std::int64_t kValueMax = 100'000'000;
    static constexpr std::size_t kHoursMax = 24 * 366 * 20;

    /// @param values  Each 0 to kValueMax; at most kHoursMax.
    explicit HourlySeries(std::vector<std::int64_t> values);
    /// Reads the last column of a CSV file with a header.
    /// @param file  What to call it in messages.
    /// @retval kSeriesInvalid, kCsvSyntax, kCsvTooLarge
    static Result<HourlySeries> parse(std::string_view csv, std::string_view file);

    std::int64_t hours() const { return static_cast<std::int64_t>(values_.size()); }
    std::int64_t end() const { return hours() * kHour; }
    /// The value of an hour; for those after the last, the last one.
    std::int64_t hour(std::int64_t index) const {
        return values_[static_cast<std::size_t>(std::min(index, hours() - 1))];
    }
    std::int64_t at(std::int64_t second) const { return hour(second / kHour); }
    /// Value times seconds over a segment. O(hours of the segment).
    std::int64_t sum(Segment over) const;
    /// The hours from `first` up to, and without, `first + count`.
    /// @retval kSeriesTooShort
    Result<HourlySeries> part(std::int64_t first, std::int64_t count) const;

  private:
    std::vector<std::int64_t> values_;
};

/// What the whole of a run emits: value times seconds, of one core.
std::int64_t emitted(const HourlySeries& series, const std::vector<Segment>& run);

}  // namespace penstock::carbon
