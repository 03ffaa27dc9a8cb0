#include "core/pricing/rating.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/try.h"
#include "core/pricing/bands.h"
#include "core/pricing/charging.h"
#include "core/pricing/error.h"

namespace penstock::pricing {
namespace {

using Lane = Rating::Lane;
using Tally = Rating::Tally;

/// Parts for each lane.
using PartsByLane = std::array<Wide, kBandsMax + 1>;

/// What usage comes to, in parts of the unit, at each price.
Result<PartsByLane> measure(const PricePlan& plan, const Component& component, const Usage& usage) {
    PartsByLane parts{};
    if (!is_level(component.unit)) {
        const std::uint32_t lane = lane_at(plan, component, usage.interval.start);
        parts[lane] = usage.quantity;
        if (component.bands.empty() || usage.quantity == 0) return parts;
        std::vector<Stretch> stretches;
        cut_by_bands(plan, component, usage.interval, stretches);
        if (stretches.size() > 1) return reject(kUsageSpansBands, "interval");
        return parts;
    }
    if (component.bands.empty()) {
        parts[0] = time_parts(usage.interval, component.unit, plan.offset());
    } else {
        std::vector<Stretch> stretches;
        cut_by_bands(plan, component, usage.interval, stretches);
        for (const Stretch& stretch : stretches) {
            parts[stretch.lane] += time_parts(stretch.interval, component.unit, plan.offset());
        }
    }
    for (Wide& part : parts) {
        const auto product = checked_product(part, usage.quantity);
        if (!product) return reject(kChargeTooLarge, "quantity");
        part = *product;
    }
    return parts;
}

Wide total_of(const Lane& lane) {
    return lane.used.parts + lane.estimated.parts;
}

bool is_countable(Wide before, Wide change) {
    const auto after = checked_sum(before, change);
    return after && *after <= kLanePartsMax;
}

std::int64_t time_weight(const PricePlan& plan, const Component& component, Interval interval) {
    return pricing::time_weight(interval, component.unit, plan.offset());
}

/// A quantity of so much time, as much of it as comes on the missing times.
/// @param time  As time_weight() counts it.
Result<PartsByLane> spread(const PricePlan& plan, const Component& component,
                           const MissingTime& missing, Wide quantity, std::int64_t time) {
    std::vector<Stretch> stretches;
    for (const Interval& interval : missing.intervals)
        cut_by_bands(plan, component, interval, stretches);
    PartsByLane parts{};
    if (time == 0) return parts;
    Wide before = 0;
    std::int64_t passed = 0;
    for (const Stretch& stretch : stretches) {
        passed += time_weight(plan, component, stretch.interval);
        const auto upto = share_of(quantity, passed, time);
        if (!upto) return reject(kChargeTooLarge, "missing.earlier");
        parts[stretch.lane] += *upto - before;
        before = *upto;
    }
    return parts;
}

Result<PartsByLane> estimate(const PricePlan& plan, const Component& component,
                             const MissingTime& missing, Interval in_force) {
    if (missing.intervals.empty()) return PartsByLane{};
    switch (component.missing_usage) {
        case MissingUsage::zero:
            return PartsByLane{};
        case MissingUsage::refuse:
            return reject(kUsageMissing, "missing", component.name);
        case MissingUsage::committed:
            return spread(plan, component, missing, committed_parts(plan, component, in_force),
                          time_weight(plan, component, in_force));
        case MissingUsage::estimate:
            break;
    }
    const auto& earlier = missing.earlier;
    if (!earlier || earlier->time <= 0 || earlier->quantity.parts < 0)
        return reject(kEarlierUsageMissing, "missing.earlier", component.name);
    return spread(plan, component, missing, earlier->quantity.parts, earlier->time);
}

/// Estimates and shortfall as they should be now; charges by how much they move.
Result<void> close_component(const PricePlan& plan, const MissingTime& missing, Interval in_force,
                             Tally& tally, std::vector<ChargeRow>& rows) {
    const Component& component = plan.components()[missing.component];
    TRY_ASSIGN(const PartsByLane parts, estimate(plan, component, missing, in_force));
    Wide total = 0;
    for (std::uint32_t lane = 0; lane < tally.lanes.size(); ++lane) {
        if (!is_countable(tally.lanes[lane].used.parts, parts[lane]))
            return reject(kChargeTooLarge, "missing");
        total += tally.lanes[lane].used.parts + parts[lane];
    }
    const Wide shortfall = std::max<Wide>(committed_parts(plan, component, in_force) - total, 0);
    const Wide falls_short_by = shortfall - tally.shortfall.parts;
    Charging charging(component, missing.component, in_force, tally, rows);
    // What is given back comes first, so that nothing is too large on the way only.
    for (const bool up : {false, true}) {
        for (std::uint32_t lane = 0; lane < tally.lanes.size(); ++lane) {
            const Wide change = parts[lane] - tally.lanes[lane].estimated.parts;
            if (change == 0 || (change > 0) != up) continue;
            TRY(charging.shift(Charging::kEstimated, lane, total_of(tally.lanes[lane]), change));
            tally.lanes[lane].estimated.parts = parts[lane];
        }
        if (falls_short_by != 0 && (falls_short_by > 0) == up)
            TRY(charging.charge(ChargeKind::shortfall, 0, falls_short_by,
                                component.commitment->shortfall_price));
    }
    tally.shortfall.parts = shortfall;
    charging.keep(tally);
    return {};
}

Result<void> check_missing(const MissingTime& missing, Interval in_force) {
    Instant from = in_force.start;
    for (const Interval& interval : missing.intervals) {
        if (interval.is_empty() || interval.start < from || interval.end > in_force.end)
            return reject(kMissingIntervalsInvalid, "missing.intervals");
        from = interval.end;
    }
    return {};
}

/// Whether a charge is what its quantities cost, which is the same whatever way they came.
bool is_charge_of(const Component& component, std::uint32_t index, Interval in_force,
                  const Tally& tally) {
    Tally fresh;
    std::vector<ChargeRow> rows;
    Charging charging(component, index, in_force, fresh, rows);
    const Wide parts_per_unit = parts_per(component.unit);
    if (const auto& blocks = component.blocks;
        blocks && !charging.charge(ChargeKind::block, 0, blocks->per_period * parts_per_unit,
                                   blocks->price_per_block))
        return false;
    for (std::uint32_t lane = 0; lane < tally.lanes.size(); ++lane) {
        if (!charging.shift(Charging::kUsed, lane, 0, total_of(tally.lanes[lane]))) return false;
    }
    const Money price = component.commitment ? component.commitment->shortfall_price : Money{};
    if (!charging.charge(ChargeKind::shortfall, 0, tally.shortfall.parts, price)) return false;
    charging.keep(fresh);
    return fresh.exact == tally.exact && fresh.charged == tally.charged;
}

}  // namespace

Result<Rating> Rating::open(const PricePlan& plan, Interval in_force,
                            std::vector<ChargeRow>& rows) {
    const bool in_time = !in_force.is_empty() && in_force.start >= plan.effective_from() &&
                         in_force.end <= kLastInstant;
    if (!in_time || in_force.end > plan.billing_period_around(in_force.start).end)
        return reject(kRatingPeriodInvalid, "in_force");
    Rating rating;
    rating.plan_ = plan.digest();
    rating.in_force_ = in_force;
    const auto components = plan.components();
    for (std::uint32_t i = 0; i < components.size(); ++i) {
        Tally& tally = rating.tallies_.emplace_back();
        tally.lanes.resize(components[i].bands.size() + 1);
        if (!components[i].blocks) continue;
        const Blocks& blocks = *components[i].blocks;
        Charging charging(components[i], i, in_force, tally, rows);
        TRY(charging.charge(ChargeKind::block, 0, blocks.per_period * parts_per(components[i].unit),
                            blocks.price_per_block));
        charging.keep(tally);
    }
    return rating;
}

Result<void> Rating::check_usage(const PricePlan& plan, const Usage& usage) const {
    PENSTOCK_ASSERT(plan.digest() == plan_);
    if (usage.component >= tallies_.size()) return reject(kUsageComponentUnknown, "component");
    if (usage.quantity < 0 || usage.quantity > kUsageQuantityMax)
        return reject(kUsageQuantityInvalid, "quantity");
    const Interval& interval = usage.interval;
    const bool level = is_level(plan.components()[usage.component].unit);
    if (interval.end < interval.start || (level && interval.is_empty()))
        return reject(kUsageIntervalInvalid, "interval");
    if (!in_force_.contains(interval.start) || interval.end > in_force_.end)
        return reject(kUsageOutsidePeriod, "interval");
    return {};
}

Result<void> Rating::move(const PricePlan& plan, const Usage& usage, Direction direction,
                          std::vector<ChargeRow>& rows) {
    TRY(check_usage(plan, usage));
    const Component& component = plan.components()[usage.component];
    TRY_ASSIGN(PartsByLane parts, measure(plan, component, usage));
    Tally& tally = tallies_[usage.component];
    Charging charging(component, usage.component, usage.interval, tally, rows);
    for (std::uint32_t lane = 0; lane < tally.lanes.size(); ++lane) {
        if (parts[lane] == 0) continue;
        if (direction == Direction::take_back) parts[lane] = -parts[lane];
        const Wide before = total_of(tally.lanes[lane]);
        if (!is_countable(before, parts[lane])) return reject(kChargeTooLarge, "quantity");
        if (tally.lanes[lane].used.parts + parts[lane] < 0)
            return reject(kUsageNotCharged, "quantity");
        TRY(charging.shift(Charging::kUsed, lane, before, parts[lane]));
    }
    for (std::uint32_t lane = 0; lane < tally.lanes.size(); ++lane)
        tally.lanes[lane].used.parts += parts[lane];
    charging.keep(tally);
    return {};
}

Result<void> Rating::close(const PricePlan& plan, std::span<const MissingTime> missing,
                           std::vector<ChargeRow>& rows) {
    PENSTOCK_ASSERT(plan.digest() == plan_);
    std::vector<MissingTime> all(tallies_.size());
    std::vector<bool> named(tallies_.size());
    for (const MissingTime& one : missing) {
        if (one.component >= tallies_.size()) return reject(kUsageComponentUnknown, "missing");
        if (named[one.component]) return reject(kMissingIntervalsInvalid, "missing.component");
        named[one.component] = true;
        TRY(check_missing(one, in_force_));
        all[one.component] = one;
    }
    const std::size_t rows_before = rows.size();
    std::vector<Tally> tallies = tallies_;
    for (std::uint32_t i = 0; i < tallies.size(); ++i) {
        all[i].component = i;
        if (auto closed = close_component(plan, all[i], in_force_, tallies[i], rows); !closed) {
            rows.resize(rows_before);
            return closed;
        }
    }
    tallies_ = std::move(tallies);
    return {};
}

void Rating::cut(Instant end) {
    PENSTOCK_ASSERT(end > in_force_.start && end <= in_force_.end);
    in_force_.end = end;
}

bool Rating::fits(const PricePlan& plan) const {
    const auto components = plan.components();
    std::vector<ChargeRow> rows;
    if (plan.digest() != plan_ || tallies_.size() != components.size()) return false;
    if (!open(plan, in_force_, rows)) return false;
    for (std::uint32_t i = 0; i < tallies_.size(); ++i) {
        const Tally& tally = tallies_[i];
        if (tally.lanes.size() != components[i].bands.size() + 1) return false;
        for (const Lane& lane : tally.lanes) {
            const bool sound = lane.used.parts >= 0 && lane.estimated.parts >= 0 &&
                               lane.used.parts <= kLanePartsMax &&
                               lane.estimated.parts <= kLanePartsMax - lane.used.parts;
            if (!sound) return false;
        }
        if (tally.shortfall.parts < 0 || (tally.shortfall.parts > 0 && !components[i].commitment))
            return false;
        if (!is_charge_of(components[i], i, in_force_, tally)) return false;
    }
    return true;
}

Money Rating::charged(std::uint32_t component) const {
    PENSTOCK_ASSERT(component < tallies_.size());
    return tallies_[component].charged;
}

Quantity Rating::used(std::uint32_t component) const {
    PENSTOCK_ASSERT(component < tallies_.size());
    Quantity sum;
    for (const Lane& lane : tallies_[component].lanes) sum.parts += lane.used.parts;
    return sum;
}

EarlierUsage Rating::reported(const PricePlan& plan, std::uint32_t component,
                              std::span<const Interval> missing) const {
    PENSTOCK_ASSERT(plan.digest() == plan_);
    const Component& of = plan.components()[component];
    EarlierUsage earlier{used(component), time_weight(plan, of, in_force_)};
    for (const Interval& interval : missing) earlier.time -= time_weight(plan, of, interval);
    return earlier;
}

}  // namespace penstock::pricing
