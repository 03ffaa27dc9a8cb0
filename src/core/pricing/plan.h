#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/money.h"
#include "base/time.h"
#include "core/pricing/calendar.h"
#include "core/pricing/quantity.h"

namespace penstock::pricing {

inline constexpr std::size_t kComponentsMax = 32;
inline constexpr std::size_t kTiersMax = 16;
inline constexpr std::size_t kBandsMax = 16;
inline constexpr std::size_t kSpecialDaysMax = 512;
inline constexpr std::size_t kChipLengthMax = 60;
inline constexpr std::int64_t kMilliwattHoursMax = 1'000'000'000'000;
inline constexpr std::uint32_t kPueMin = 1'000;  ///< Thousandths, as the next.
inline constexpr std::uint32_t kPueMax = 5'000;
inline constexpr std::uint32_t kCarbonMilligramsMax = 5'000'000;  ///< For a kWh.
inline constexpr std::int64_t kUnitsMax = 1'000'000'000'000;
inline constexpr std::uint32_t kBlocksMax = 1'000'000;
inline constexpr Money kUnitPriceMax{1'000'000'000'000'000};
inline constexpr std::int32_t kOffsetMinutesMax = 840;
inline constexpr std::int32_t kMinutesPerDay = 1'440;

/// Numbered as v1::Tiering, v1::MissingUsage and v1::DayKind.
enum class Tiering : std::uint8_t { one_price = 0, graduated = 1, volume = 2 };
enum class MissingUsage : std::uint8_t { zero = 1, estimate = 2, committed = 3, refuse = 4 };
enum class DayKind : std::uint8_t {
    monday = 1,
    tuesday = 2,
    wednesday = 3,
    thursday = 4,
    friday = 5,
    saturday = 6,
    sunday = 7,
    holiday = 8,
};

/// A set of kinds of days, or of months (1 to 12): bit 0 stands for 1.
inline constexpr std::uint16_t kEveryDay = 0xff;
inline constexpr std::uint16_t kEveryMonth = 0xfff;

struct Tier {
    std::int64_t up_to_units = 0;  ///< The last total in this tier; 0 in the last tier.
    Money price;
    template <class Archive>
    void visit(Archive& archive) {
        archive(up_to_units, price);
    }
};

struct Band {
    std::string name;
    Money price;
    std::int32_t from_minute = 0;
    std::int32_t to_minute = kMinutesPerDay;  ///< When before `from_minute`: of the next day.
    std::uint16_t days = kEveryDay;
    std::uint16_t months = kEveryMonth;
    template <class Archive>
    void visit(Archive& archive) {
        archive(name, price, from_minute, to_minute, days, months);
    }
};

struct Blocks {
    std::int64_t units_per_block = 1;
    Money price_per_block;
    std::uint32_t per_period = 1;
    template <class Archive>
    void visit(Archive& archive) {
        archive(units_per_block, price_per_block, per_period);
    }
};

struct Commitment {
    std::int64_t units = 1;  ///< In a whole billing period.
    Money shortfall_price;
    template <class Archive>
    void visit(Archive& archive) {
        archive(units, shortfall_price);
    }
};

struct Component {
    std::string name;
    Unit unit = Unit::card_hour;
    std::vector<Tier> tiers{};  ///< One where there are bands: the price outside of them.
    Tiering tiering = Tiering::one_price;
    std::vector<Band> bands{};  ///< The first that fits an instant counts.
    std::optional<Blocks> blocks{};
    std::optional<Commitment> commitment{};
    MissingUsage missing_usage = MissingUsage::zero;
    std::string chip{};  ///< Of card-hours: the model; empty: not told. PlanTerms archives it.
    template <class Archive>
    void visit(Archive& archive) {
        archive(name, unit, tiers, tiering, bands, blocks, commitment, missing_usage);
    }
};

struct SpecialDay {
    std::int32_t day = 0;  ///< Days since 1970-01-01 of the plan's calendar.
    DayKind counts_as = DayKind::holiday;
    template <class Archive>
    void visit(Archive& archive) {
        archive(day, counts_as);
    }
};

/// What one unit of a component takes, as the supplier states it.
struct StatedEnergy {
    std::string component;
    std::int64_t milliwatt_hours = 0;   ///< Of the machines.
    std::uint32_t pue_thousandths = 0;  ///< What the site takes for each watt of them.
    std::optional<std::uint32_t> carbon_milligrams_per_kwh{};
    template <class Archive>
    void visit(Archive& archive) {
        archive(component, milliwatt_hours, pue_thousandths, carbon_milligrams_per_kwh);
    }
};

/// What a plan says, not yet looked at.
struct PlanTerms {
    std::uint32_t version = 0;
    Instant effective_from;
    Currency currency;
    UtcOffset offset;
    CalendarUnit billing_period = CalendarUnit::month;
    std::vector<Component> components;
    std::vector<SpecialDay> special_days{};
    std::vector<StatedEnergy> energy{};  ///< Of some of the components.
    template <class Archive>
    void visit_prices(Archive& archive) {
        archive(version, effective_from, currency, offset, billing_period, components,
                special_days);
    }
    template <class Archive>
    void visit_prices_and_energy(Archive& archive) {
        visit_prices(archive);
        archive(energy);
    }
    template <class Archive>
    void visit(Archive& archive) {
        visit_prices_and_energy(archive);
        for (Component& component : components) archive(component.chip);
    }
};

/// A price plan that was found sound, and never changes again.
class PricePlan {
  public:
    /// No plan at all: for archives to read into.
    PricePlan() = default;
    /// @retval PLAN_VERSION_INVALID to STATED_ENERGY_INVALID, CHIP_INVALID  With the field at
    /// fault.
    static Result<PricePlan> freeze(PlanTerms terms);

    const PlanTerms& terms() const { return terms_; }
    std::uint32_t version() const { return terms_.version; }
    Instant effective_from() const { return terms_.effective_from; }
    Currency currency() const { return terms_.currency; }
    UtcOffset offset() const { return terms_.offset; }
    std::span<const Component> components() const { return terms_.components; }
    /// The billing period to which an instant belongs, whether or not the plan is in force.
    Interval billing_period_around(Instant at) const {
        return calendar_unit_around(at, terms_.billing_period, terms_.offset);
    }
    /// A holiday or the like where the plan says so, else the day of the week.
    DayKind kind_of(std::chrono::local_days day) const;

    /// The price of a plan that is one price for one unit and nothing more: no tiers, bands, blocks
    /// or commitment, and no other component. Empty for any other.
    std::optional<Money> sole_price(Unit unit) const;

    /// Equal for plans that say the same, and for no others: that of canonical_bytes().
    const Digest& digest() const { return digest_; }
    /// The line "penstock-price-plan/1\n" and the terms as base/archive.h writes them; where a plan
    /// states energy, "penstock-price-plan/2\n" and the terms with it; where it names chips,
    /// "penstock-price-plan/3\n" and the terms with both.
    std::string canonical_bytes() const;

    bool operator==(const PricePlan& other) const { return digest_ == other.digest_; }
    /// What is read is looked at as though it came from outside.
    template <class Archive>
    void visit(Archive& archive) {
        archive(terms_);
        if constexpr (Archive::kReads) {
            if (!archive.ok()) return;
            auto frozen = freeze(std::move(terms_));
            if (!frozen) return archive.fail();
            *this = *std::move(frozen);
        }
    }

  private:
    PlanTerms terms_;
    Digest digest_{};
};

}  // namespace penstock::pricing
