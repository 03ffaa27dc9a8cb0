#include "core/pricing/read_plan.h"

#include <limits>
#include <utility>

#include "base/try.h"
#include "core/pricing/error.h"

namespace penstock::pricing {
namespace {

/// An enumeration of the schema as ours, whose numbers are the same; what it has no name for
/// becomes a number that freeze() refuses.
template <class Ours, class Theirs>
Ours numbered(Theirs value) {
    const auto number = static_cast<int>(value);
    const bool fits = number >= 0 && number <= std::numeric_limits<std::uint8_t>::max();
    return static_cast<Ours>(fits ? number : std::numeric_limits<std::uint8_t>::max());
}

/// Bits for numbers from 1; all of them when none is given.
template <class Numbers>
Result<std::uint16_t> set_of(const Numbers& numbers, std::uint16_t all, std::string_view field) {
    if (numbers.empty()) return all;
    std::uint32_t bits = 0;
    for (const auto number : numbers) {
        const auto value = static_cast<std::int64_t>(number);
        if (value < 1 || value > 16) return reject(kBandDaysInvalid, field);
        const std::uint32_t bit = 1U << static_cast<unsigned>(value - 1);
        if ((bits & bit) != 0 || (bit & all) == 0) return reject(kBandDaysInvalid, field);
        bits |= bit;
    }
    return static_cast<std::uint16_t>(bits);
}

Result<Band> read_band(const v1::PriceBand& message) {
    constexpr auto kMinuteMax = static_cast<std::uint32_t>(kMinutesPerDay);
    if (message.from_minute() > kMinuteMax) return reject(kBandTimeInvalid, "from_minute");
    if (message.to_minute() > kMinuteMax) return reject(kBandTimeInvalid, "to_minute");
    TRY_ASSIGN(const std::uint16_t days, set_of(message.days(), kEveryDay, "days"));
    TRY_ASSIGN(const std::uint16_t months, set_of(message.months(), kEveryMonth, "months"));
    return Band{.name = message.name(),
                .price = Money{message.price_micros()},
                .from_minute = static_cast<std::int32_t>(message.from_minute()),
                .to_minute = static_cast<std::int32_t>(message.to_minute()),
                .days = days,
                .months = months};
}

Result<Component> read_component(const v1::PriceComponent& message) {
    Component component;
    component.name = message.name();
    component.unit = numbered<Unit>(message.unit());
    component.tiering = numbered<Tiering>(message.tiering());
    component.missing_usage = numbered<MissingUsage>(message.missing_usage());
    component.chip = message.chip();
    if (message.tiers_size() > static_cast<int>(kTiersMax)) return reject(kTiersInvalid, "tiers");
    for (const v1::PriceTier& tier : message.tiers()) {
        component.tiers.push_back({tier.up_to_units(), Money{tier.price_micros()}});
    }
    if (message.bands_size() > static_cast<int>(kBandsMax)) return reject(kBandsInvalid, "bands");
    for (int i = 0; i < message.bands_size(); ++i) {
        auto band = read_band(message.bands(i));
        if (!band)
            return std::unexpected(
                std::move(band).error().within(place("bands", static_cast<std::size_t>(i))));
        component.bands.push_back(*std::move(band));
    }
    if (message.has_blocks()) {
        const v1::PrepaidBlocks& blocks = message.blocks();
        component.blocks = {blocks.units_per_block(), Money{blocks.price_per_block_micros()},
                            blocks.blocks_per_period()};
    }
    if (message.has_commitment()) {
        const v1::Commitment& commitment = message.commitment();
        component.commitment = {commitment.units(), Money{commitment.shortfall_price_micros()}};
    }
    return component;
}

Result<SpecialDay> read_special_day(const v1::SpecialDay& message) {
    const auto day = parse_date(message.date());
    if (!day) return reject(kSpecialDaysInvalid, "date");
    return SpecialDay{static_cast<std::int32_t>(day->time_since_epoch().count()),
                      numbered<DayKind>(message.counts_as())};
}

StatedEnergy read_energy(const v1::StatedEnergy& message) {
    StatedEnergy stated{.component = message.component(),
                        .milliwatt_hours = message.milliwatt_hours(),
                        .pue_thousandths = message.pue_thousandths()};
    if (message.has_carbon_milligrams_per_kwh())
        stated.carbon_milligrams_per_kwh = message.carbon_milligrams_per_kwh();
    return stated;
}

void describe_energy(const StatedEnergy& stated, v1::StatedEnergy& message) {
    message.set_component(stated.component);
    message.set_milliwatt_hours(stated.milliwatt_hours);
    message.set_pue_thousandths(stated.pue_thousandths);
    if (stated.carbon_milligrams_per_kwh)
        message.set_carbon_milligrams_per_kwh(*stated.carbon_milligrams_per_kwh);
}

std::string date_text(std::int32_t day) {
    const std::chrono::year_month_day date{std::chrono::local_days(std::chrono::days(day))};
    const auto two = [](unsigned number) {
        return std::string(number < 10 ? "-0" : "-") + std::to_string(number);
    };
    return std::to_string(static_cast<int>(date.year())) +
           two(static_cast<unsigned>(date.month())) + two(static_cast<unsigned>(date.day()));
}

void describe_component(const Component& component, v1::PriceComponent& message) {
    message.set_name(component.name);
    message.set_unit(static_cast<v1::PriceUnit>(component.unit));
    message.set_tiering(static_cast<v1::Tiering>(component.tiering));
    message.set_missing_usage(static_cast<v1::MissingUsage>(component.missing_usage));
    message.set_chip(component.chip);
    for (const Tier& tier : component.tiers) {
        v1::PriceTier& out = *message.add_tiers();
        out.set_up_to_units(tier.up_to_units);
        out.set_price_micros(tier.price.micros);
    }
    for (const Band& band : component.bands) {
        v1::PriceBand& out = *message.add_bands();
        out.set_name(band.name);
        out.set_price_micros(band.price.micros);
        out.set_from_minute(static_cast<std::uint32_t>(band.from_minute));
        out.set_to_minute(static_cast<std::uint32_t>(band.to_minute));
        for (int i = 0; i < 8 && band.days != kEveryDay; ++i) {
            if ((band.days >> i & 1) != 0) out.add_days(static_cast<v1::DayKind>(i + 1));
        }
        for (unsigned i = 0; i < 12 && band.months != kEveryMonth; ++i) {
            if ((band.months >> i & 1U) != 0) out.add_months(i + 1);
        }
    }
    if (const auto& blocks = component.blocks) {
        message.mutable_blocks()->set_units_per_block(blocks->units_per_block);
        message.mutable_blocks()->set_price_per_block_micros(blocks->price_per_block.micros);
        message.mutable_blocks()->set_blocks_per_period(blocks->per_period);
    }
    if (const auto& commitment = component.commitment) {
        message.mutable_commitment()->set_units(commitment->units);
        message.mutable_commitment()->set_shortfall_price_micros(
            commitment->shortfall_price.micros);
    }
}

}  // namespace

Result<PricePlan> read_plan(const v1::PricePlan& message) {
    PlanTerms terms;
    terms.version = message.version();
    terms.effective_from = Instant{message.effective_from_ns()};
    const auto currency = Currency::parse(message.currency());
    if (!currency) return reject(kPlanCurrencyInvalid, "currency");
    terms.currency = *currency;
    terms.offset = UtcOffset{message.utc_offset_minutes()};
    terms.billing_period = numbered<CalendarUnit>(message.billing_period());
    if (message.components_size() > static_cast<int>(kComponentsMax))
        return reject(kComponentsInvalid, "components");
    for (int i = 0; i < message.components_size(); ++i) {
        auto component = read_component(message.components(i));
        if (!component)
            return std::unexpected(std::move(component).error().within(
                place("components", static_cast<std::size_t>(i))));
        terms.components.push_back(*std::move(component));
    }
    if (message.special_days_size() > static_cast<int>(kSpecialDaysMax))
        return reject(kSpecialDaysInvalid, "special_days");
    for (int i = 0; i < message.special_days_size(); ++i) {
        auto special = read_special_day(message.special_days(i));
        if (!special)
            return std::unexpected(std::move(special).error().within(
                place("special_days", static_cast<std::size_t>(i))));
        terms.special_days.push_back(*special);
    }
    if (message.energy_size() > static_cast<int>(kComponentsMax))
        return reject(kStatedEnergyInvalid, "energy");
    for (const v1::StatedEnergy& stated : message.energy())
        terms.energy.push_back(read_energy(stated));
    return PricePlan::freeze(std::move(terms));
}

v1::PricePlan describe_plan(const PricePlan& plan) {
    const PlanTerms& terms = plan.terms();
    v1::PricePlan message;
    message.set_version(terms.version);
    message.set_effective_from_ns(terms.effective_from.ns);
    message.set_currency(std::string(terms.currency.text()));
    message.set_utc_offset_minutes(terms.offset.minutes);
    message.set_billing_period(static_cast<v1::BillingPeriod>(terms.billing_period));
    for (const Component& component : terms.components)
        describe_component(component, *message.add_components());
    for (const SpecialDay& special : terms.special_days) {
        v1::SpecialDay& out = *message.add_special_days();
        out.set_date(date_text(special.day));
        out.set_counts_as(static_cast<v1::DayKind>(special.counts_as));
    }
    for (const StatedEnergy& stated : terms.energy) describe_energy(stated, *message.add_energy());
    return message;
}

}  // namespace penstock::pricing
