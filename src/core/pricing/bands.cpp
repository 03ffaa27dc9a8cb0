#include "core/pricing/bands.h"

#include <algorithm>

namespace penstock::pricing {
namespace {

bool holds_on(const PricePlan& plan, const Band& band, std::chrono::local_days day) {
    const auto kind = static_cast<unsigned>(plan.kind_of(day));
    const auto month = static_cast<unsigned>(std::chrono::year_month_day(day).month());
    return (band.days >> (kind - 1) & 1) != 0 && (band.months >> (month - 1) & 1) != 0;
}

/// A band that passes midnight belongs, all of it, to the day on which it begins.
bool holds_at(const PricePlan& plan, const Band& band, const LocalMinute& at) {
    if (band.from_minute < band.to_minute) {
        return at.minute >= band.from_minute && at.minute < band.to_minute &&
               holds_on(plan, band, at.day);
    }
    if (at.minute >= band.from_minute) return holds_on(plan, band, at.day);
    return at.minute < band.to_minute && holds_on(plan, band, at.day - std::chrono::days(1));
}

/// The first minute after `minute` at which a band begins or ends, at midnight at the latest.
std::int32_t next_edge(const Component& component, std::int32_t minute) {
    std::int32_t edge = kMinutesPerDay;
    for (const Band& band : component.bands) {
        if (band.from_minute > minute) edge = std::min(edge, band.from_minute);
        if (band.to_minute > minute) edge = std::min(edge, band.to_minute);
    }
    return edge;
}

std::uint32_t lane_of(const PricePlan& plan, const Component& component, const LocalMinute& at) {
    for (std::size_t i = 0; i < component.bands.size(); ++i) {
        if (holds_at(plan, component.bands[i], at)) return static_cast<std::uint32_t>(i + 1);
    }
    return 0;
}

}  // namespace

std::uint32_t lane_at(const PricePlan& plan, const Component& component, Instant at) {
    if (component.bands.empty()) return 0;
    return lane_of(plan, component, local_minute(at, plan.offset()));
}

void cut_by_bands(const PricePlan& plan, const Component& component, Interval interval,
                  std::vector<Stretch>& out) {
    if (interval.is_empty()) return;
    if (component.bands.empty()) {
        out.push_back({interval, 0});
        return;
    }
    const std::size_t first = out.size();
    LocalMinute local = local_minute(interval.start, plan.offset());
    for (Instant at = interval.start; at < interval.end;) {
        const std::uint32_t lane = lane_of(plan, component, local);
        const std::int32_t edge = next_edge(component, local.minute);
        const Instant end = std::min(instant_of(local.day, edge, plan.offset()), interval.end);
        if (out.size() > first && out.back().lane == lane) {
            out.back().interval.end = end;
        } else {
            out.push_back({{at, end}, lane});
        }
        at = end;
        local.minute = edge % kMinutesPerDay;
        if (edge == kMinutesPerDay) local.day += std::chrono::days(1);
    }
}

}  // namespace penstock::pricing
