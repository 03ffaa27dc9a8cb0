#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "advise/intent/names.h"
#include "advise/recommend/market.h"
#include "penstock/v1/intent.pb.h"

/// Markets and wishes by chance, for tests and benchmarks. The same seed gives the same.
namespace penstock::recommend {

class Chance {
  public:
    explicit Chance(std::uint64_t seed) : engine_(seed) {}
    std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
    bool one_in(std::uint64_t number) { return below(number) == 0; }
    /// Each order of magnitude between the two is as likely.
    double size(double least, double most) {
        const double part = static_cast<double>(below(1'000'001)) / 1e6;
        return least * std::pow(most / least, part);
    }

  private:
    std::mt19937_64 engine_;
};

inline constexpr std::int64_t kHourNs = 3'600'000'000'000;

inline DayProfile random_day(Chance& chance) {
    std::array<std::uint32_t, 24> day{};
    const auto night = static_cast<std::uint32_t>(300 + chance.below(600));
    for (std::size_t hour = 0; hour < day.size(); ++hour)
        day[hour] = hour < 8 ? night : 1'000 + (1'000 - night) / 2;
    return DayProfile(day);
}

/// Free cards that come and go over some weeks.
inline std::vector<FreeStep> random_steps(Chance& chance, Instant now) {
    std::vector<FreeStep> steps;
    Instant at = now;
    const std::uint64_t count = 1 + chance.below(6);
    for (std::uint64_t i = 0; i < count; ++i) {
        steps.push_back({at, static_cast<std::uint32_t>(8 * chance.below(129))});
        at = at + Duration{static_cast<std::int64_t>(1 + chance.below(240)) * kHourNs};
    }
    steps.push_back({at, static_cast<std::uint32_t>(8 * (1 + chance.below(128)))});
    return steps;
}

/// @param chips  All of them are offered somewhere, if there are enough offers.
inline Market random_market(Chance& chance, const estimate::ChipTable& chips, std::size_t offers,
                            Instant now) {
    Market market{.name = "by chance"};
    for (const intent::CityPoint& point : intent::city_points()) {
        MarketPlace place{.id = point.id, .delay_id = delay_id_of(point)};
        place.carbon_g_per_kwh = static_cast<std::uint32_t>(100 + chance.below(600));
        if (chance.one_in(3)) place.carbon_by_hour = random_day(chance);
        market.places.push_back(std::move(place));
    }
    for (const estimate::Chip& chip : chips.chips())
        market.chips.push_back({.chip = chip, .ids = ids_of(chip), .domestic = is_domestic(chip)});
    for (std::size_t i = 0; i < offers; ++i) {
        Offer offer;
        offer.id = "prod_" + std::to_string(i + 1);
        offer.supplier = "supplier " + std::to_string(i % 997);
        offer.place = static_cast<std::uint32_t>(chance.below(market.places.size()));
        offer.chip = static_cast<std::uint32_t>(chance.below(market.chips.size()));
        offer.free = random_steps(chance, now);
        offer.currency = *Currency::parse("CNY");
        offer.card_hour = Money{static_cast<std::int64_t>(chance.size(5e5, 5e7))};
        if (chance.one_in(4)) offer.price_by_hour = random_day(chance);
        offer.can_be_taken_back = chance.one_in(5);
        offer.losses_ppm_per_day = offer.can_be_taken_back ? 20'000 : 100;
        if (chance.one_in(2))
            offer.gigabyte_in = Money{static_cast<std::int64_t>(chance.size(1e4, 5e5))};
        offer.bytes_in_per_second = static_cast<std::uint64_t>(chance.size(1e8, 1e10));
        offer.pue_milli = static_cast<std::uint32_t>(1'100 + chance.below(600));
        offer.green_basis_points = static_cast<std::uint32_t>(chance.below(10'001));
        offer.security_level = static_cast<std::uint32_t>(chance.below(5));
        offer.jurisdiction = "CN";
        offer.is_supplier_certified = chance.one_in(2);
        market.offers.push_back(std::move(offer));
    }
    return market;
}

inline void wish_where(Chance& chance, v1::Intent& intent) {
    constexpr const char* kPlaces[] = {"yangtze-river-delta", "west-china", "east-china", "guizhou",
                                       "beijing-tianjin-hebei"};
    if (chance.one_in(3)) intent.add_places(kPlaces[chance.below(5)]);
    if (chance.one_in(4))
        intent.set_chip_origin(v1::CHIP_ORIGIN_DOMESTIC);
    else if (chance.one_in(8))
        intent.add_chips("a100");
    if (chance.one_in(6)) {
        v1::IntentLatency& latency = *intent.add_latency();
        latency.set_from("shanghai");
        latency.set_limit_us(static_cast<std::uint32_t>(10'000 + chance.below(40'000)));
    }
    if (chance.one_in(5)) intent.set_interruption(v1::INTERRUPTION_NONE);
    if (chance.one_in(4)) {
        intent.set_data_size_bytes(static_cast<std::uint64_t>(chance.size(1e10, 1e14)));
        intent.set_data_place("shanghai");
    }
}

/// Training, tokens to generate, operations, or cards for a time.
inline v1::Intent random_intent(Chance& chance) {
    v1::Intent intent;
    wish_where(chance, intent);
    const std::uint64_t kind = chance.below(4);
    if (kind == 0) {
        intent.set_workload(v1::WORKLOAD_CLASS_PRE_TRAINING);
        intent.set_parameters(static_cast<std::uint64_t>(chance.size(1e9, 1e11)));
        intent.set_tokens(static_cast<std::uint64_t>(chance.size(1e10, 1e12)));
    } else if (kind == 1) {
        intent.set_workload(v1::WORKLOAD_CLASS_BATCH_INFERENCE);
        intent.set_parameters(static_cast<std::uint64_t>(chance.size(1e9, 1e11)));
        intent.set_tokens(static_cast<std::uint64_t>(chance.size(1e9, 1e12)));
    } else if (kind == 2) {
        intent.set_peta_flops(static_cast<std::uint64_t>(chance.size(1e6, 1e9)));
    } else {
        intent.set_cards(static_cast<std::uint32_t>(8 * (1 + chance.below(16))));
        intent.set_duration_seconds(static_cast<std::int64_t>(chance.size(3.6e3, 5e6)));
    }
    if (kind < 3) intent.set_within_seconds(static_cast<std::int64_t>(chance.size(3e5, 8e6)));
    return intent;
}

}  // namespace penstock::recommend
