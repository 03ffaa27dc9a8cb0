#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "advise/recommend/find.h"

namespace penstock::recommend {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Numbers of cards that one offer is looked at with, at most.
constexpr std::uint32_t kNumbersMax = 256;
/// Options that others are held against, at most, and how many of each kind are tried first.
constexpr std::size_t kFrontMax = 64;
constexpr std::size_t kFirst = 16;
/// Offers that are looked at closely by each goal, at most.
constexpr std::size_t kLooksMax = 64;

/// Some of the best options. What one of them is better than in something, and worse than in
/// nothing, is never shown.
class Front {
  public:
    bool is_better_than(const Merits& other) const {
        return std::ranges::any_of(kept_,
                                   [&](const Merits& one) { return one.is_better_than(other); });
    }
    void add(const Merits& merits) {
        std::erase_if(kept_, [&](const Merits& one) { return merits.is_better_than(one); });
        if (kept_.size() < kFrontMax) kept_.push_back(merits);
    }

  private:
    std::vector<Merits> kept_;
};

/// All uses of one offer that do all of the work.
class Gangs {
  public:
    Gangs(const Query& query, const Candidate& candidate)
        : query_(query),
          candidate_(candidate),
          ready_(ready_at(query, *candidate.offer)),
          most_(most()),
          fewest_(fewest()),
          bounds_(bounds()) {}

    /// No use is better than that in anything.
    const Merits& no_better_than() const { return bounds_; }

    /// As early as may be, on the numbers of cards that are worth a look: each that meets all is
    /// given to `take`, with its leg, until that says that it is enough.
    /// @return What none of these uses meets.
    template <class Take>
    Unmet look_at_earliest(const Take& take) const {
        Met met;
        for (const std::uint32_t cards : numbers()) {
            const double hours = candidate_.work->hours(cards);
            const auto start = earliest_start(*candidate_.offer, ready_, cards, hours);
            if (!start) continue;
            met.cards = true;
            Leg leg = leg_of(cards, hours, *start);
            const auto option = option_of(leg, met);
            if (option && !take(*option, leg)) break;
        }
        return met.first_missing();
    }

    /// On each number of cards, the start that is best by this goal.
    /// @param limit  Only what is better than that.
    /// @return Whether something was added.
    bool add_best(v1::Goal goal, double limit, Options& options) const {
        const ChipWork& work = *candidate_.work;
        const std::uint32_t step =
            std::max(work.unit(), most_ / kNumbersMax / work.unit() * work.unit());
        std::optional<Leg> best;
        for (std::uint32_t cards = fewest_; cards > 0 && cards <= most_; cards += step) {
            // More cards never take fewer card-hours.
            if (bound(cards, goal) >= limit) break;
            const auto leg = best_leg(query_, *candidate_.offer, ready_, cards, work.hours(cards),
                                      query_.deadline, goal);
            if (!leg || leg->merit(goal) >= limit) continue;
            limit = leg->merit(goal);
            best = leg;
        }
        Met met;
        const auto option = best ? option_of(*best, met) : std::nullopt;
        if (option) options.add(*option, {&*best, 1});
        return option.has_value();
    }

  private:
    /// Which demands were met, each together with those before.
    struct Met {
        bool cards = false;
        bool time = false;
        bool budget = false;
        bool carbon = false;

        Unmet first_missing() const {
            if (!cards) return bit(Constraint::cards);
            if (!time) return bit(Constraint::time);
            if (!budget) return bit(Constraint::budget);
            return carbon ? 0 : bit(Constraint::carbon);
        }
    };

    std::uint32_t most() const {
        const ChipWork& work = *candidate_.work;
        if (query_.need.has_fixed_hours()) return work.least();
        std::uint32_t most = cards_ever_free(*candidate_.offer);
        if (query_.need.cards_most > 0) most = std::min(most, query_.need.cards_most);
        return most / work.unit() * work.unit();
    }
    /// That could be in time; 0 where none could.
    std::uint32_t fewest() const {
        if (!query_.deadline || query_.need.has_fixed_hours()) return candidate_.work->least();
        if (*query_.deadline <= ready_) return 0;
        return candidate_.work->fewest(hours_between(ready_, *query_.deadline), most_);
    }

    /// No use of so many cards is better by that goal.
    double bound(std::uint32_t cards, v1::Goal goal) const {
        Leg leg = leg_of(cards, candidate_.work->hours(cards), ready_);
        recommend::work_out(query_, leg);
        const auto& profile = profile_of(query_, *candidate_.offer, goal);
        if (!profile) return leg.merit(goal);
        return leg.merit(goal) / mean_of(profile, leg.start, leg.hours) * profile->least();
    }
    Merits bounds() const {
        if (fewest_ == 0) return {kInfinity, kInfinity, kInfinity, kInfinity, 1};
        const Leg fastest = leg_of(most_, candidate_.work->hours(most_), ready_);
        return {.cost = bound(fewest_, v1::GOAL_PRICE),
                .seconds = hours_between(query_.now, fastest.finish()) * 3'600,
                .carbon_g = bound(fewest_, v1::GOAL_CARBON),
                .delay_us = static_cast<double>(candidate_.delay_us),
                .risk = risk_of(query_, {&fastest, 1}, 1)};
    }

    /// The fewest that are expected to be in time, and that most probably are; all that are free
    /// at any time; and in doubling steps those between, since more are faster and dearer.
    /// Ascending.
    std::vector<std::uint32_t> numbers() const {
        const ChipWork& work = *candidate_.work;
        if (query_.need.has_fixed_hours()) return {work.least()};
        std::vector<std::uint32_t> numbers{fewest_};
        if (query_.deadline && *query_.deadline > ready_)
            numbers.push_back(
                work.fewest(hours_between(ready_, *query_.deadline) / work.high(), most_));
        for (std::uint64_t cards = work.least(); cards < most_; cards *= 2)
            numbers.push_back(static_cast<std::uint32_t>(cards));
        for (const FreeStep& step : candidate_.offer->free)
            numbers.push_back(std::min(step.cards / work.unit() * work.unit(), most_));
        std::erase_if(numbers, [&](std::uint32_t cards) { return cards < work.least(); });
        std::ranges::sort(numbers);
        numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
        return numbers;
    }

    Leg leg_of(std::uint32_t cards, double hours, Instant start) const {
        return {.offer = candidate_.offer, .cards = cards, .start = start, .hours = hours};
    }

    /// Nothing where it does not meet all.
    std::optional<Option> option_of(Leg& leg, Met& met) const {
        if (leg.hours > query_.market.hours_most) return std::nullopt;
        if (query_.deadline && leg.finish() > *query_.deadline) return std::nullopt;
        met.time = true;
        recommend::work_out(query_, leg);
        Option option;
        option.merits = {.cost = static_cast<double>(up_to_fen(leg.cost)),
                         .seconds = hours_between(query_.now, leg.finish()) * 3'600,
                         .carbon_g = leg.carbon_g,
                         .delay_us = static_cast<double>(candidate_.delay_us)};
        if (!is_within_budget(query_, option, {&leg, 1})) return std::nullopt;
        met.budget = true;
        if (!is_within_carbon(query_, option)) return std::nullopt;
        met.carbon = true;
        option.merits.risk = risk_of(query_, {&leg, 1}, candidate_.work->high());
        if (query_.counts_months)
            option.merits.cost_per_month = cost_per_month(option.merits.cost, {&leg, 1});
        return option;
    }

    const Query& query_;
    const Candidate& candidate_;
    Instant ready_;
    std::uint32_t most_ = 0;
    std::uint32_t fewest_ = 0;
    Merits bounds_;
};

double best_of(const Options& options, v1::Goal goal) {
    double best = kInfinity;
    for (const Option& option : options.all) best = std::min(best, option.merits.of(goal));
    return best;
}

/// Options that are good by one goal each, to hold all others against.
Front first_front(std::span<const Gangs> gangs) {
    Front front;
    std::vector<std::pair<double, std::size_t>> order(gangs.size());
    for (const v1::Goal goal : {v1::GOAL_PRICE, v1::GOAL_TIME, v1::GOAL_CARBON, v1::GOAL_LATENCY}) {
        for (std::size_t i = 0; i < gangs.size(); ++i)
            order[i] = {gangs[i].no_better_than().of(goal), i};
        const auto count = static_cast<std::ptrdiff_t>(std::min(kFirst, order.size()));
        std::ranges::partial_sort(order, order.begin() + count);
        for (const auto& [bound, at] : std::span(order).first(static_cast<std::size_t>(count)))
            gangs[at].look_at_earliest([&](const Option& option, const Leg&) {
                if (!front.is_better_than(option.merits)) front.add(option.merits);
                return true;
            });
    }
    return front;
}

/// Looks closely at those that may be better than all that was found.
/// @return What none that was not looked at closely is better than.
double look_closely(std::span<const Gangs> gangs, Options& options, std::vector<Unmet>& unmet,
                    v1::Goal goal) {
    double best = best_of(options, goal);
    std::vector<std::pair<double, std::size_t>> bounds;
    for (std::size_t i = 0; i < gangs.size(); ++i) {
        const double bound = gangs[i].no_better_than().of(goal);
        if (bound < best) bounds.emplace_back(bound, i);
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(kLooksMax + 1, bounds.size()));
    std::ranges::partial_sort(bounds, bounds.begin() + count);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const auto [bound, at] = bounds[i];
        if (bound >= best) return best;
        if (i == kLooksMax) return bound;
        // Of one that meets nothing yet, anything tells that it does.
        const double limit = unmet[at] == 0 ? best : kInfinity;
        if (!gangs[at].add_best(goal, limit, options)) continue;
        unmet[at] = 0;
        best = std::min(best, options.all.back().merits.of(goal));
    }
    return best;
}

}  // namespace

double find_gangs(const Query& query, std::span<const Candidate> candidates, Options& options,
                  std::vector<Unmet>& unmet) {
    std::vector<Gangs> gangs;
    gangs.reserve(candidates.size());
    for (const Candidate& one : candidates) gangs.emplace_back(query, one);
    Front front = first_front(gangs);
    for (std::size_t i = 0; i < gangs.size(); ++i) {
        const bool is_worth_it = !front.is_better_than(gangs[i].no_better_than());
        unmet[i] = gangs[i].look_at_earliest([&](const Option& option, const Leg& leg) {
            if (!is_worth_it) return false;
            if (front.is_better_than(option.merits)) return true;
            front.add(option.merits);
            options.add(option, {&leg, 1});
            return true;
        });
    }
    look_closely(gangs, options, unmet, v1::GOAL_CARBON);
    return look_closely(gangs, options, unmet, v1::GOAL_PRICE);
}

}  // namespace penstock::recommend
