#include "advise/recommend/option.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "advise/estimate/training.h"

namespace penstock::recommend {

namespace {

constexpr double kNsPerHour = 3.6e12;
constexpr std::int64_t kNsPerFullHour = 3'600'000'000'000;
/// Of what lies beyond four of five cases on one side.
constexpr double kDeviations = 1.2815515655446004;

/// How often a normal variable is above `x`.
double beyond(double x) {
    return 0.5 * std::erfc(x / std::sqrt(2.0));
}

/// As earliest_start(), at a full hour of the day in UTC.
std::optional<Instant> earliest_start_at_hour(const Offer& offer, Instant from, std::uint32_t cards,
                                              double hours, std::int64_t hour) {
    // Each round passes at least one step at which other numbers are free, or is the last.
    for (std::size_t round = 0; round <= offer.free.size() + 1; ++round) {
        const std::int64_t first = (from.ns + kNsPerFullHour - 1) / kNsPerFullHour;
        const Instant at{(first + ((hour - first) % 24 + 24) % 24) * kNsPerFullHour};
        const auto start = earliest_start(offer, at, cards, hours);
        if (!start || *start == at) return start;
        from = *start;
    }
    return std::nullopt;
}

/// Whether the data lies where the offer is.
bool is_there(const Query& query, const Offer& offer) {
    const std::string& place = query.market.places[offer.place].id;
    return !place.empty() && query.intent.data_place() == place;
}

/// 0 where it is not known.
double energy_wh(const Query& query, const Offer& offer, double card_hours) {
    if (offer.pue_milli == 0) return 0;
    const double pue = offer.pue_milli / 1'000.0;
    if (offer.power) return card_hours * offer.power->watts * pue;
    const auto& power = query.market.chips[offer.chip].chip.power_w;
    if (!power) return 0;
    return estimate::energy_kwh({0, card_hours, 0}, *power, pue).expected * 1'000;
}

/// What a supplier states of the carbon holds all day.
const std::optional<DayProfile>& carbon_by_hour(const Query& query, const Offer& offer) {
    static const std::optional<DayProfile> kAllDay;
    if (offer.power && offer.power->carbon_g_per_kwh != 0) return kAllDay;
    return query.market.places[offer.place].carbon_by_hour;
}

}  // namespace

std::int64_t up_to_fen(double micros) {
    // What is lost to rounding is no fen.
    constexpr double kLittle = 1e-12;
    return static_cast<std::int64_t>(std::ceil(micros / kMicrosPerFen * (1 - kLittle))) *
           kMicrosPerFen;
}

Duration hours_long(double hours) {
    return Duration{static_cast<std::int64_t>(std::ceil(std::min(hours, kHoursMost) * kNsPerHour))};
}

double hours_between(Instant from, Instant to) {
    return static_cast<double>((to - from).ns) / kNsPerHour;
}

double Leg::merit(v1::Goal goal) const {
    return goal == v1::GOAL_CARBON ? carbon_g : cost;
}

Instant Leg::finish() const {
    return start + hours_long(hours);
}

double Merits::of(v1::Goal goal) const {
    switch (goal) {
        case v1::GOAL_TIME:
            return seconds;
        case v1::GOAL_CARBON:
            return carbon_g;
        case v1::GOAL_LATENCY:
            return delay_us;
        case v1::GOAL_RISK:
            return risk;
        default:
            return cost;
    }
}

bool Merits::is_better_than(const Merits& other) const {
    const bool is_worse_in_nothing = cost <= other.cost && seconds <= other.seconds &&
                                     carbon_g <= other.carbon_g && delay_us <= other.delay_us &&
                                     risk <= other.risk && cost_per_month <= other.cost_per_month;
    return is_worse_in_nothing && (cost < other.cost || seconds < other.seconds ||
                                   carbon_g < other.carbon_g || delay_us < other.delay_us ||
                                   risk < other.risk || cost_per_month < other.cost_per_month);
}

double mean_of(const std::optional<DayProfile>& profile, Instant start, double hours) {
    return profile && hours > 0 ? profile->mean(start, hours) : 1;
}

Instant ready_at(const Query& query, const Offer& offer) {
    const double bytes = static_cast<double>(query.intent.data_size_bytes());
    if (bytes == 0 || is_there(query, offer) || offer.bytes_in_per_second == 0) return query.start;
    // Data comes from now on, though the work may not begin yet.
    const double seconds = bytes / static_cast<double>(offer.bytes_in_per_second);
    return std::max(query.start, query.now + hours_long(seconds / 3'600));
}

std::optional<Instant> earliest_start(const Offer& offer, Instant from, std::uint32_t cards,
                                      double hours) {
    const Duration length = hours_long(hours);
    std::optional<Instant> since;
    for (std::size_t i = 0; i < offer.free.size(); ++i) {
        const FreeStep& step = offer.free[i];
        const bool is_last = i + 1 == offer.free.size();
        if (!is_last && offer.free[i + 1].from <= from) continue;
        if (step.cards < cards) {
            since.reset();
            continue;
        }
        if (!since) since = std::max(from, step.from);
        if (is_last || offer.free[i + 1].from - *since >= length) return since;
    }
    return std::nullopt;
}

std::uint32_t carbon_of(const MarketPlace& place, const Offer& offer) {
    const std::uint32_t stated = offer.power ? offer.power->carbon_g_per_kwh : 0;
    return stated != 0 ? stated : place.carbon_g_per_kwh;
}

void work_out(const Query& query, Leg& leg) {
    const Offer& offer = *leg.offer;
    const MarketPlace& place = query.market.places[offer.place];
    const double card_hours = leg.cards * leg.hours;
    leg.cost = static_cast<double>(offer.card_hour.micros) * card_hours *
               mean_of(offer.price_by_hour, leg.start, leg.hours);
    const bool moves = query.intent.data_size_bytes() > 0 && !is_there(query, offer);
    leg.move_cost = 0;
    if (moves && offer.gigabyte_in)
        leg.move_cost = static_cast<double>(offer.gigabyte_in->micros) *
                        static_cast<double>(query.intent.data_size_bytes()) / 1e9;
    leg.cost += leg.move_cost;
    leg.carbon_g = std::numeric_limits<double>::infinity();
    leg.energy_wh = energy_wh(query, offer, card_hours);
    const std::uint32_t carbon = carbon_of(place, offer);
    if (leg.energy_wh == 0 || carbon == 0) return;
    leg.carbon_g = leg.energy_wh / 1'000 * carbon *
                   mean_of(carbon_by_hour(query, offer), leg.start, leg.hours);
}

double rounding_of(const Query& query, std::span<const Leg> legs) {
    if (!query.market.most_of) return 0;
    double bills = 0;
    for (const Leg& leg : legs) {
        bills += 2;
        if (leg.offer->billing_days > 0) bills += leg.hours / 24 / leg.offer->billing_days;
    }
    return bills * kMicrosPerFen;
}

double cost_per_month(double cost, std::span<const Leg> legs) {
    constexpr double kHoursOfMonth = 720;
    double hours = 0;
    for (const Leg& leg : legs) hours = std::max(hours, leg.hours);
    return cost / std::max(1.0, hours / kHoursOfMonth);
}

const std::optional<DayProfile>& profile_of(const Query& query, const Offer& offer, v1::Goal goal) {
    return goal == v1::GOAL_CARBON ? carbon_by_hour(query, offer) : offer.price_by_hour;
}

std::optional<Leg> best_leg(const Query& query, const Offer& offer, Instant ready,
                            std::uint32_t cards, double hours, std::optional<Instant> until,
                            v1::Goal goal) {
    const auto leg_at = [&](std::optional<Instant> start) -> std::optional<Leg> {
        if (!start) return std::nullopt;
        Leg leg{.offer = &offer, .cards = cards, .start = *start, .hours = hours};
        if (until && leg.finish() > *until) return std::nullopt;
        work_out(query, leg);
        return leg;
    };
    const auto earliest = leg_at(earliest_start(offer, ready, cards, hours));
    const auto& profile = profile_of(query, offer, goal);
    if (!earliest || !profile) return earliest;
    // It goes by the hour alone: the best of those at which it can begin in time.
    constexpr std::int64_t kHoursOfDay = 24;
    std::array<std::pair<double, std::int64_t>, kHoursOfDay> means;
    for (std::int64_t hour = 0; hour < kHoursOfDay; ++hour)
        means[static_cast<std::size_t>(hour)] = {
            mean_of(profile, Instant{hour * kNsPerFullHour}, hours), hour};
    std::ranges::sort(means);
    // What differs by rounding alone is alike, and the earlier is better.
    constexpr double kAlike = 1 + 1e-9;
    const double mean = mean_of(profile, earliest->start, hours);
    std::optional<Leg> best;
    double best_mean = 0;
    for (const auto& [other, hour] : means) {
        if (other * kAlike >= mean || (best && other > best_mean * kAlike)) break;
        const auto leg = leg_at(earliest_start_at_hour(offer, ready, cards, hours, hour));
        if (!leg || (best && leg->start > best->start)) continue;
        best_mean = best ? best_mean : other;
        best = leg;
    }
    if (best) return best;
    return earliest;
}

double risk_of(const Query& query, std::span<const Leg> legs, double spread) {
    double goes_well = 1;
    for (const Leg& leg : legs) {
        const double losses = leg.offer->losses_ppm_per_day / 1e6;
        goes_well *= std::exp(-losses * leg.hours / 24);
        if (!query.deadline || spread <= 1 || query.need.has_fixed_hours()) continue;
        const double room = hours_between(leg.start, *query.deadline) / leg.hours;
        if (room <= 0) return 1;
        goes_well *= 1 - beyond(std::log(room) / (std::log(spread) / kDeviations));
    }
    return 1 - goes_well;
}

}  // namespace penstock::recommend
