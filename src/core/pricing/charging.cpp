#include "core/pricing/charging.h"

#include <algorithm>

#include "base/assert.h"
#include "base/try.h"
#include "core/pricing/error.h"

namespace penstock::pricing {

Wide committed_parts(const PricePlan& plan, const Component& component, Interval in_force) {
    if (!component.commitment) return 0;
    const Interval period = plan.billing_period_around(in_force.start);
    const auto committed_by = [&](Instant at) {
        const auto share = share_of(component.commitment->units * parts_per(component.unit),
                                    (at - period.start).ns, period.length().ns);
        PENSTOCK_ASSERT(share);
        return *share;
    };
    return committed_by(in_force.end) - committed_by(in_force.start);
}

Result<void> Charging::charge(ChargeKind kind, std::uint32_t place, Wide parts, Money price) {
    if (parts == 0) return {};
    const auto cost = checked_product(parts, price.micros);
    const auto exact = cost ? checked_sum(exact_, *cost) : std::nullopt;
    if (!exact) return reject(kChargeTooLarge, "quantity");
    const Wide rounded = divide_half_even(*exact, parts_per_unit_);
    if (rounded > kMoneyMax.micros || rounded < -kMoneyMax.micros)
        return reject(kChargeTooLarge, "quantity");
    const Money charged{static_cast<std::int64_t>(rounded)};
    rows_.push_back({.component = index_,
                     .kind = kind,
                     .place = place,
                     .interval = interval_,
                     .quantity = Quantity{parts},
                     .unit_price = price,
                     .amount = charged - charged_});
    exact_ = *exact;
    charged_ = charged;
    return {};
}

Result<void> Charging::shift(Kinds kinds, std::uint32_t lane, Wide before, Wide change) {
    if (!component_.bands.empty()) {
        const Money price =
            lane == 0 ? component_.tiers[0].price : component_.bands[lane - 1].price;
        return charge(kinds.plain, lane, change, price);
    }
    if (component_.tiering == Tiering::volume) return shift_volume(kinds, before, change);
    return shift_graduated(kinds, before, change);
}

std::uint32_t Charging::tier_of(Wide total) const {
    std::uint32_t tier = 0;
    while (tier + 1 < component_.tiers.size() &&
           total > component_.tiers[tier].up_to_units * parts_per_unit_) {
        ++tier;
    }
    return tier;
}

/// The charge moves towards its new value all the way, so that nothing is refused as too large that
/// is not too large in the end.
Result<void> Charging::shift_volume(Kinds kinds, Wide before, Wide change) {
    const std::uint32_t old_tier = tier_of(before);
    const std::uint32_t new_tier = tier_of(before + change);
    const Money old_price = component_.tiers[old_tier].price;
    const Money new_price = component_.tiers[new_tier].price;
    if (change < 0) TRY(charge(kinds.plain, old_tier, change, old_price));
    if (new_price != old_price) {
        const Wide stays = std::min(before, before + change);
        TRY(charge(kinds.rerated, new_tier, stays, new_price - old_price));
    }
    if (change > 0) TRY(charge(kinds.plain, new_tier, change, new_price));
    return {};
}

Result<void> Charging::shift_graduated(Kinds kinds, Wide before, Wide change) {
    const Wide from = std::min(before, before + change);
    const Wide to = std::max(before, before + change);
    const auto charge_overlap = [&](ChargeKind kind, std::uint32_t tier, Wide start, Wide end,
                                    Money price) {
        const Wide parts = std::min(to, end) - std::max(from, start);
        if (parts <= 0) return Result<void>{};
        return charge(kind, tier, change < 0 ? -parts : parts, price);
    };
    Wide start = 0;
    if (const auto& blocks = component_.blocks) {
        start = Wide{blocks->units_per_block} * blocks->per_period * parts_per_unit_;
        TRY(charge_overlap(kinds.covered, 0, 0, start, Money{}));
    }
    const Wide covered = start;
    for (std::uint32_t tier = 0; tier < component_.tiers.size() && start < to; ++tier) {
        const bool last = tier + 1 == component_.tiers.size();
        const Wide end = last ? to : covered + component_.tiers[tier].up_to_units * parts_per_unit_;
        TRY(charge_overlap(kinds.plain, tier, start, end, component_.tiers[tier].price));
        start = end;
    }
    return {};
}

}  // namespace penstock::pricing
