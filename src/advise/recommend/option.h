#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "advise/recommend/market.h"
#include "advise/recommend/query.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::recommend {

/// One supplier's part of an option.
struct Leg {
    const Offer* offer = nullptr;
    std::uint32_t cards = 0;
    Instant start;
    double hours = 0;      ///< Expected.
    double share = 1;      ///< Of the work.
    double cost = 0;       ///< In micros, what moving data costs among it.
    double move_cost = 0;  ///< In micros.
    double carbon_g = 0;   ///< Infinite where it is not known.
    double energy_wh = 0;
    Instant finish() const;
    /// Carbon by that goal, and else cost.
    double merit(v1::Goal goal) const;
};

/// What options are compared by. Less is better of each.
struct Merits {
    double cost = 0;      ///< In micros, up to the fen.
    double seconds = 0;   ///< From now to the expected end.
    double carbon_g = 0;  ///< Infinite where it is not known.
    double delay_us = 0;
    double risk = 0;  ///< That it is stopped or late.
    /// In micros, where Query::counts_months; no goal of its own.
    double cost_per_month = 0;

    double of(v1::Goal goal) const;
    /// In something, and worse in nothing.
    bool is_better_than(const Merits& other) const;
};

/// A way to have what is wanted. Its legs are in Options::legs.
struct Option {
    Merits merits;
    std::uint32_t first_leg = 0;
    std::uint32_t legs = 1;
    /// No option at all, within its finish, can cost less, in micros.
    double least_cost = 0;
};

struct Options {
    std::vector<Leg> legs;
    std::vector<Option> all;

    std::span<const Leg> legs_of(const Option& option) const {
        return std::span(legs).subspan(option.first_leg, option.legs);
    }
    void add(Option option, std::span<const Leg> its_legs) {
        option.first_leg = static_cast<std::uint32_t>(legs.size());
        option.legs = static_cast<std::uint32_t>(its_legs.size());
        legs.insert(legs.end(), its_legs.begin(), its_legs.end());
        all.push_back(option);
    }
};

/// Rounded up; in micros, as what it is given.
std::int64_t up_to_fen(double micros);

Duration hours_long(double hours);
double hours_between(Instant from, Instant to);

/// The mean of a profile over a time, 1 being its usual level.
double mean_of(const std::optional<DayProfile>& profile, Instant start, double hours);

/// When work can begin there: after data has come.
Instant ready_at(const Query& query, const Offer& offer);
/// From when on so many cards are free for so long; nothing where they never are.
std::optional<Instant> earliest_start(const Offer& offer, Instant from, std::uint32_t cards,
                                      double hours);
/// Grams for a kWh: what the supplier states, or else the place's grid; 0: not known.
std::uint32_t carbon_of(const MarketPlace& place, const Offer& offer);
/// Cost, energy and carbon of a leg whose cards, start, hours and share are set.
void work_out(const Query& query, Leg& leg);
/// What is held for an order beyond its cost at most, since bills are rounded up to the fen; in
/// micros.
double rounding_of(const Query& query, std::span<const Leg> legs);
/// What a month costs of what is used for so long; at least one is paid. In micros.
double cost_per_month(double cost, std::span<const Leg> legs);
/// What of an offer goes by the hour of the day: its carbon by that goal, and else its price.
const std::optional<DayProfile>& profile_of(const Query& query, const Offer& offer, v1::Goal goal);
/// The use of so many cards for so long, from `ready` on and done by `until`, that is best by that
/// goal: as early as may be, or at the hour of the day at which it costs or emits least. Nothing
/// where there is none.
std::optional<Leg> best_leg(const Query& query, const Offer& offer, Instant ready,
                            std::uint32_t cards, double hours, std::optional<Instant> until,
                            v1::Goal goal);
/// That an option is stopped or late.
/// @param spread  The high end of the time's interval, of what is expected.
double risk_of(const Query& query, std::span<const Leg> legs, double spread);

}  // namespace penstock::recommend
