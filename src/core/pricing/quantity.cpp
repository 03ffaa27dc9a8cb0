#include "core/pricing/quantity.h"

#include "base/assert.h"

namespace penstock::pricing {
namespace {

constexpr std::int64_t kNsPerHour = 3'600'000'000'000;
constexpr std::int64_t kBytesPerGb = 1'000'000'000;
constexpr std::int64_t kMillion = 1'000'000;
constexpr int kDecimals = 9;

CalendarUnit calendar_unit(Unit unit) {
    if (unit == Unit::port_day) return CalendarUnit::day;
    if (unit == Unit::port_week) return CalendarUnit::week;
    return CalendarUnit::month;
}

}  // namespace

bool is_level(Unit unit) {
    switch (unit) {
        case Unit::card_hour:
        case Unit::core_hour:
        case Unit::node_month:
        case Unit::gb_month:
        case Unit::port_day:
        case Unit::port_week:
        case Unit::port_month:
            return true;
        case Unit::gb_moved:
        case Unit::million_tokens:
        case Unit::job:
        case Unit::one_off:
            return false;
    }
    return false;
}

Wide parts_per(Unit unit) {
    switch (unit) {
        case Unit::card_hour:
        case Unit::core_hour:
            return kNsPerHour;
        case Unit::gb_moved:
            return kBytesPerGb;
        case Unit::million_tokens:
            return kMillion;
        case Unit::job:
        case Unit::one_off:
            return 1;
        case Unit::gb_month:
            return Wide{kBytesPerGb} * parts_per(CalendarUnit::month);
        case Unit::node_month:
        case Unit::port_day:
        case Unit::port_week:
        case Unit::port_month:
            return parts_per(calendar_unit(unit));
    }
    return 1;
}

Wide time_parts(Interval interval, Unit unit, UtcOffset offset) {
    PENSTOCK_ASSERT(is_level(unit));
    if (unit == Unit::card_hour || unit == Unit::core_hour) return interval.length().ns;
    return calendar_parts(interval, calendar_unit(unit), offset);
}

std::int64_t time_weight(Interval interval, Unit unit, UtcOffset offset) {
    if (!is_level(unit)) return interval.length().ns;
    const Wide parts = time_parts(interval, unit, offset);
    PENSTOCK_ASSERT(parts <= INT64_MAX);
    return static_cast<std::int64_t>(parts);
}

std::string to_decimal(Quantity quantity, Unit unit) {
    const Wide per_unit = parts_per(unit);
    const bool negative = quantity.parts < 0;
    Wide rest = quantity.parts % per_unit;
    Wide whole = quantity.parts / per_unit;
    if (negative) {
        rest = -rest;
        whole = -whole;
    }
    std::string text;
    do {
        text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(whole % 10)));
        whole /= 10;
    } while (whole != 0);
    std::string fraction;
    for (int i = 0; i < kDecimals && rest != 0; ++i) {
        rest *= 10;
        fraction.push_back(static_cast<char>('0' + static_cast<int>(rest / per_unit)));
        rest %= per_unit;
    }
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    if (!fraction.empty()) text += "." + fraction;
    return (negative && text != "0" ? "-" : "") + text;
}

std::optional<Wide> share_of(Wide quantity, std::int64_t numerator, std::int64_t denominator) {
    PENSTOCK_ASSERT(quantity >= 0 && numerator >= 0 && denominator > 0);
    // Split, so that only what is too large itself overflows.
    const auto whole = checked_product(quantity / denominator, numerator);
    if (!whole) return {};
    return checked_sum(*whole, quantity % denominator * numerator / denominator);
}

}  // namespace penstock::pricing
