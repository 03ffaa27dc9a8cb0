#include "core/pricing/bound.h"

#include <algorithm>
#include <vector>

#include "base/assert.h"
#include "base/try.h"
#include "base/wide.h"
#include "core/pricing/bands.h"
#include "core/pricing/charging.h"
#include "core/pricing/error.h"
#include "core/pricing/rating.h"

namespace penstock::pricing {
namespace {

/// A sum in micros × the parts of a unit, until it is too large.
class Exact {
  public:
    Exact() = default;
    Exact& add(Wide parts, Money price) {
        const auto cost = checked_product(parts, price.micros);
        const auto sum = cost && value_ ? checked_sum(*value_, *cost) : std::nullopt;
        value_ = sum;
        return *this;
    }
    Exact& raise_to(const Exact& other) {
        if (!value_ || !other.value_)
            value_ = std::nullopt;
        else
            value_ = std::max(*value_, *other.value_);
        return *this;
    }
    const std::optional<Wide>& value() const { return value_; }

  private:
    std::optional<Wide> value_ = 0;
};

/// What a component charges for all that is used at these totals of the period, without bands.
Exact at_tiers(const Component& component, Wide parts_per_unit, Wide total) {
    Exact sum;
    Wide from = 0;
    if (const auto& blocks = component.blocks)
        from = Wide{blocks->units_per_block} * blocks->per_period * parts_per_unit;
    const Wide covered = from;
    for (const Tier& tier : component.tiers) {
        const bool last = tier.up_to_units == 0;
        const Wide end = last ? std::max(total, from) : covered + tier.up_to_units * parts_per_unit;
        const Wide parts = std::min(total, end) - from;
        if (parts > 0) sum.add(parts, tier.price);
        from = end;
    }
    return sum;
}

/// The dearest total, from nothing to `full`: the charge moves along straight lines between the
/// ends of tiers, and with a commitment bends upwards only, so that one of their ends is it.
Exact most_without_bands(const Component& component, Wide full, Wide committed) {
    const Wide unit = parts_per(component.unit);
    const auto owed = [&](Exact used, Wide total) {
        if (component.commitment)
            used.add(std::max<Wide>(committed - total, 0), component.commitment->shortfall_price);
        return used;
    };
    if (component.tiering != Tiering::volume) {
        Exact most = owed(Exact(), 0);
        most.raise_to(owed(at_tiers(component, unit, full), full));
        Wide end = 0;
        if (const auto& blocks = component.blocks)
            end = Wide{blocks->units_per_block} * blocks->per_period * unit;
        const Wide covered = end;
        for (const Tier& tier : component.tiers) {
            if (end < full) most.raise_to(owed(at_tiers(component, unit, end), end));
            end = covered + tier.up_to_units * unit;
        }
        return most;
    }
    Exact most = owed(Exact(), 0);
    Wide from = 0;
    for (const Tier& tier : component.tiers) {
        if (from > full) break;
        const Wide end = tier.up_to_units == 0 ? full : std::min(full, tier.up_to_units * unit);
        for (const Wide total : {from, end})
            most.raise_to(owed(Exact().add(total, tier.price), total));
        from = end == full ? full + 1 : end;
    }
    return most;
}

/// Parts in each lane when a level lasts all the time.
std::vector<Wide> lanes_of(const PricePlan& plan, const Component& component, Interval in_force) {
    std::vector<Wide> lanes(component.bands.size() + 1);
    std::vector<Stretch> stretches;
    cut_by_bands(plan, component, in_force, stretches);
    for (const Stretch& stretch : stretches)
        lanes[stretch.lane] += time_parts(stretch.interval, component.unit, plan.offset());
    return lanes;
}

Money price_in(const Component& component, std::size_t lane) {
    return lane == 0 ? component.tiers[0].price : component.bands[lane - 1].price;
}

Exact most_with_bands(const PricePlan& plan, const Component& component, Interval in_force,
                      std::int64_t quantity, Wide committed) {
    Exact sum;
    if (is_level(component.unit)) {
        const std::vector<Wide> lanes = lanes_of(plan, component, in_force);
        for (std::size_t lane = 0; lane < lanes.size(); ++lane)
            sum.add(lanes[lane] * quantity, price_in(component, lane));
    } else {
        Money dearest;
        for (std::size_t lane = 0; lane <= component.bands.size(); ++lane)
            dearest = std::max(dearest, price_in(component, lane));
        const bool may_be_committed = component.missing_usage == MissingUsage::committed;
        sum.add(quantity + (may_be_committed ? committed : 0), dearest);
    }
    if (component.commitment) sum.add(committed, component.commitment->shortfall_price);
    return sum;
}

/// Without a sum that could pass 128 bits where `exact` just does not.
Wide up_to_micro(Wide exact, Wide parts_per_unit) {
    PENSTOCK_ASSERT(exact >= 0);
    return exact / parts_per_unit + (exact % parts_per_unit != 0 ? 1 : 0);
}

}  // namespace

Result<Money> most_of(const PricePlan& plan, Interval in_force,
                      std::span<const std::int64_t> quantities) {
    const auto components = plan.components();
    PENSTOCK_ASSERT(quantities.size() == components.size());
    Wide micros = 0;
    for (std::size_t i = 0; i < components.size(); ++i) {
        const Component& component = components[i];
        const Wide committed = committed_parts(plan, component, in_force);
        Wide full = quantities[i];
        if (is_level(component.unit)) {
            const auto parts =
                checked_product(full, time_parts(in_force, component.unit, plan.offset()));
            if (!parts) return reject(kChargeTooLarge, component.name);
            full = *parts;
        } else if (component.missing_usage == MissingUsage::committed) {
            full += committed;
        }
        if (full > kLanePartsMax) return reject(kChargeTooLarge, component.name);
        Exact most = component.bands.empty()
                         ? most_without_bands(component, full, committed)
                         : most_with_bands(plan, component, in_force, quantities[i], committed);
        if (const auto& blocks = component.blocks)
            most.add(blocks->per_period * parts_per(component.unit), blocks->price_per_block);
        if (!most.value()) return reject(kChargeTooLarge, component.name);
        const auto sum = checked_sum(micros, up_to_micro(*most.value(), parts_per(component.unit)));
        if (!sum || *sum > kMoneyMax.micros) return reject(kChargeTooLarge, component.name);
        micros = *sum;
    }
    return Money{static_cast<std::int64_t>(micros)};
}

}  // namespace penstock::pricing
