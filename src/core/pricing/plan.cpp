#include "core/pricing/plan.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/archive.h"
#include "base/text.h"
#include "base/try.h"
#include "core/pricing/error.h"

namespace penstock::pricing {
namespace {

constexpr TextLength kNameLength{1, 40};
constexpr std::int32_t kLastSpecialDay = 84'005;  ///< 2199-12-31.

bool is_price(Money price) {
    return price >= Money{} && price <= kUnitPriceMax;
}

bool is_day_kind(DayKind kind) {
    return kind >= DayKind::monday && kind <= DayKind::holiday;
}

Result<void> check_tiers(const Component& component) {
    const auto& tiers = component.tiers;
    if (tiers.empty() || tiers.size() > kTiersMax) return reject(kTiersInvalid, "tiers");
    std::int64_t before = 0;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        const std::int64_t end = tiers[i].up_to_units;
        const bool last = i + 1 == tiers.size();
        const bool sound = last ? end == 0 : end > before && end <= kUnitsMax;
        if (!sound)
            return std::unexpected(Error(kTiersInvalid, "up_to_units").within(place("tiers", i)));
        if (!is_price(tiers[i].price)) {
            return std::unexpected(
                Error(kUnitPriceInvalid, "price_micros").within(place("tiers", i)));
        }
        before = end;
    }
    const bool several = tiers.size() > 1;
    const bool known =
        component.tiering == Tiering::graduated || component.tiering == Tiering::volume;
    if (several ? !known : component.tiering != Tiering::one_price)
        return reject(kTieringInvalid, "tiering");
    return {};
}

Result<void> check_band(const Band& band) {
    if (!is_label(band.name, kNameLength)) return reject(kComponentNameInvalid, "name");
    if (!is_price(band.price)) return reject(kUnitPriceInvalid, "price_micros");
    if (band.from_minute < 0 || band.from_minute >= kMinutesPerDay)
        return reject(kBandTimeInvalid, "from_minute");
    if (band.to_minute < 1 || band.to_minute > kMinutesPerDay ||
        band.to_minute == band.from_minute) {
        return reject(kBandTimeInvalid, "to_minute");
    }
    if (band.days == 0 || (band.days & ~kEveryDay) != 0) return reject(kBandDaysInvalid, "days");
    if (band.months == 0 || (band.months & ~kEveryMonth) != 0)
        return reject(kBandDaysInvalid, "months");
    return {};
}

Result<void> check_bands(const Component& component) {
    if (component.bands.empty()) return {};
    if (component.bands.size() > kBandsMax || component.tiers.size() > 1)
        return reject(kBandsInvalid, "bands");
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < component.bands.size(); ++i) {
        if (auto checked = check_band(component.bands[i]); !checked)
            return std::unexpected(std::move(checked).error().within(place("bands", i)));
        if (!names.insert(component.bands[i].name).second) {
            return std::unexpected(Error(kComponentNameInvalid, "name").within(place("bands", i)));
        }
    }
    return {};
}

Result<void> check_blocks(const Component& component) {
    if (!component.blocks) return {};
    const Blocks& blocks = *component.blocks;
    if (!component.bands.empty() || component.tiering == Tiering::volume)
        return reject(kFormsExclusive, "blocks");
    if (!is_price(blocks.price_per_block))
        return reject(kUnitPriceInvalid, "blocks.price_per_block_micros");
    if (blocks.per_period < 1 || blocks.per_period > kBlocksMax)
        return reject(kBlocksInvalid, "blocks.blocks_per_period");
    if (blocks.units_per_block < 1 || blocks.units_per_block > kUnitsMax / blocks.per_period)
        return reject(kBlocksInvalid, "blocks.units_per_block");
    if (blocks.price_per_block.micros > kMoneyMax.micros / blocks.per_period)
        return reject(kBlocksInvalid, "blocks.price_per_block_micros");
    return {};
}

bool is_chip(std::string_view chip) {
    return chip.size() <= kChipLengthMax && chip.front() != ' ' && chip.back() != ' ' &&
           std::ranges::all_of(chip, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

Result<void> check_component(const Component& component) {
    if (!is_label(component.name, kNameLength)) return reject(kComponentNameInvalid, "name");
    const auto unit = static_cast<std::uint8_t>(component.unit);
    if (unit < 1 || unit > kUnitLast) return reject(kPriceUnitInvalid, "unit");
    if (!component.chip.empty() && (component.unit != Unit::card_hour || !is_chip(component.chip)))
        return reject(kChipInvalid, "chip");
    TRY(check_tiers(component));
    TRY(check_bands(component));
    TRY(check_blocks(component));
    if (const auto& commitment = component.commitment) {
        if (commitment->units < 1 || commitment->units > kUnitsMax)
            return reject(kCommitmentInvalid, "commitment.units");
        if (!is_price(commitment->shortfall_price))
            return reject(kUnitPriceInvalid, "commitment.shortfall_price_micros");
        // Else a period in which nothing is used could never be closed.
        if (commitment->shortfall_price.micros > kMoneyMax.micros / commitment->units)
            return reject(kCommitmentInvalid, "commitment.shortfall_price_micros");
    }
    const MissingUsage policy = component.missing_usage;
    if (policy < MissingUsage::zero || policy > MissingUsage::refuse ||
        (policy == MissingUsage::committed && !component.commitment)) {
        return reject(kMissingUsageInvalid, "missing_usage");
    }
    return {};
}

Result<void> check_special_days(const std::vector<SpecialDay>& special_days) {
    if (special_days.size() > kSpecialDaysMax) return reject(kSpecialDaysInvalid, "special_days");
    std::int32_t before = -1;
    for (std::size_t i = 0; i < special_days.size(); ++i) {
        const SpecialDay& special = special_days[i];
        if (special.day <= before || special.day > kLastSpecialDay) {
            return std::unexpected(
                Error(kSpecialDaysInvalid, "date").within(place("special_days", i)));
        }
        if (!is_day_kind(special.counts_as)) {
            return std::unexpected(
                Error(kSpecialDaysInvalid, "counts_as").within(place("special_days", i)));
        }
        before = special.day;
    }
    return {};
}

Result<void> check_energy(const PlanTerms& terms) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < terms.energy.size(); ++i) {
        const StatedEnergy& stated = terms.energy[i];
        const auto refuse = [&](std::string_view field) {
            return std::unexpected(Error(kStatedEnergyInvalid, field).within(place("energy", i)));
        };
        const bool is_there = std::ranges::find(terms.components, stated.component,
                                                &Component::name) != terms.components.end();
        if (!is_there || !names.insert(stated.component).second) return refuse("component");
        if (stated.milliwatt_hours < 1 || stated.milliwatt_hours > kMilliwattHoursMax)
            return refuse("milliwatt_hours");
        if (stated.pue_thousandths < kPueMin || stated.pue_thousandths > kPueMax)
            return refuse("pue_thousandths");
        if (stated.carbon_milligrams_per_kwh.value_or(0) > kCarbonMilligramsMax)
            return refuse("carbon_milligrams_per_kwh");
    }
    return {};
}

Result<void> check(const PlanTerms& terms) {
    if (terms.version == 0) return reject(kPlanVersionInvalid, "version");
    if (terms.effective_from < Instant{} || terms.effective_from >= kLastInstant)
        return reject(kPlanTimeInvalid, "effective_from_ns");
    if (terms.currency == Currency{}) return reject(kPlanCurrencyInvalid, "currency");
    if (terms.offset.minutes < -kOffsetMinutesMax || terms.offset.minutes > kOffsetMinutesMax)
        return reject(kPlanOffsetInvalid, "utc_offset_minutes");
    if (terms.billing_period < CalendarUnit::day || terms.billing_period > CalendarUnit::month)
        return reject(kBillingPeriodInvalid, "billing_period");
    if (terms.components.empty() || terms.components.size() > kComponentsMax)
        return reject(kComponentsInvalid, "components");
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < terms.components.size(); ++i) {
        const Component& component = terms.components[i];
        if (auto checked = check_component(component); !checked)
            return std::unexpected(std::move(checked).error().within(place("components", i)));
        if (!names.insert(component.name).second) {
            return std::unexpected(
                Error(kComponentNameInvalid, "name").within(place("components", i)));
        }
    }
    TRY(check_special_days(terms.special_days));
    return check_energy(terms);
}

}  // namespace

Result<PricePlan> PricePlan::freeze(PlanTerms terms) {
    TRY(check(terms));
    PricePlan plan;
    plan.terms_ = std::move(terms);
    plan.digest_ = digest_of(plan.canonical_bytes());
    return plan;
}

DayKind PricePlan::kind_of(std::chrono::local_days day) const {
    const auto number = static_cast<std::int32_t>(day.time_since_epoch().count());
    const auto& special_days = terms_.special_days;
    const auto found = std::ranges::lower_bound(special_days, number, {}, &SpecialDay::day);
    if (found != special_days.end() && found->day == number) return found->counts_as;
    return static_cast<DayKind>(std::chrono::weekday(day).iso_encoding());
}

std::optional<Money> PricePlan::sole_price(Unit unit) const {
    if (terms_.components.size() != 1) return std::nullopt;
    const Component& only = terms_.components.front();
    const bool plain = only.unit == unit && only.tiers.size() == 1 && only.bands.empty() &&
                       !only.blocks && !only.commitment;
    return plain ? std::optional(only.tiers.front().price) : std::nullopt;
}

std::string PricePlan::canonical_bytes() const {
    PlanTerms terms = terms_;  // Archives may write what they visit.
    std::string bytes;
    const auto begin = [&bytes](std::string_view line) {
        bytes = line;
        return ArchiveWriter(bytes);
    };
    const bool names_chips = std::ranges::any_of(
        terms.components, [](const Component& component) { return !component.chip.empty(); });
    if (names_chips) {
        begin("penstock-price-plan/3\n")(terms);
    } else if (!terms.energy.empty()) {
        auto writer = begin("penstock-price-plan/2\n");
        terms.visit_prices_and_energy(writer);
    } else {
        auto writer = begin("penstock-price-plan/1\n");
        terms.visit_prices(writer);
    }
    return bytes;
}

}  // namespace penstock::pricing
