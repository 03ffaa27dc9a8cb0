#pragma once

#include <utility>
#include <vector>

#include "core/pricing/rating.h"

/// Plans and sums for the tests.
namespace penstock::pricing {

inline constexpr UtcOffset kChina{480};
inline constexpr std::int64_t kYuan = kMicrosPerUnit;
inline constexpr Duration kHour = seconds(3'600);
inline constexpr Duration kDay = seconds(86'400);

/// A minute of a day by the clocks of UTC+8.
inline Instant at(const char* date, std::int32_t minute = 0) {
    return instant_of(parse_date(date).value(), minute, kChina);
}
inline Interval between(const char* first, const char* next) {
    return {at(first), at(next)};
}

inline Component flat(Unit unit, std::int64_t micros) {
    return {.name = "flat", .unit = unit, .tiers = {{0, Money{micros}}}};
}
inline Component tiered(Unit unit, Tiering tiering, std::vector<Tier> tiers) {
    return {.name = "tiered", .unit = unit, .tiers = std::move(tiers), .tiering = tiering};
}

inline PlanTerms terms_of(std::vector<Component> components) {
    return {.version = 1,
            .effective_from = Instant{0},
            .currency = *Currency::parse("CNY"),
            .offset = kChina,
            .billing_period = CalendarUnit::month,
            .components = std::move(components)};
}
inline PricePlan plan_of(std::vector<Component> components) {
    for (std::size_t i = 0; i < components.size(); ++i)
        components[i].name += "-" + std::to_string(i);
    return PricePlan::freeze(terms_of(std::move(components))).value();
}

inline Money sum_of(const std::vector<ChargeRow>& rows) {
    Money sum;
    for (const ChargeRow& row : rows) sum += row.amount;
    return sum;
}

/// A rating that is open for the month of an instant, and its rows.
struct TestRating {
    PricePlan plan;
    std::vector<ChargeRow> rows;
    Rating rating;

    TestRating(PricePlan of, Interval in_force)
        : plan(std::move(of)), rating(Rating::open(plan, in_force, rows).value()) {}
    Result<void> add(Interval interval, std::int64_t quantity, std::uint32_t component = 0) {
        return rating.add(plan, {component, interval, quantity}, rows);
    }
    Result<void> take_back(Interval interval, std::int64_t quantity, std::uint32_t component = 0) {
        return rating.take_back(plan, {component, interval, quantity}, rows);
    }
    Result<void> close(std::vector<MissingTime> missing = {}) {
        return rating.close(plan, missing, rows);
    }
    Money sum() const { return sum_of(rows); }
};

}  // namespace penstock::pricing
