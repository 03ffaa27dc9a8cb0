#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "advise/recommend/find.h"

namespace penstock::recommend {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Numbers of cards that one offer is looked at with, at most.
constexpr std::uint32_t kNumbersMax = 256;

/// All uses of one offer that do all of the work.
class Gangs {
  public:
    Gangs(const Query& query, const Candidate& candidate, Options& options)
        : query_(query),
          candidate_(candidate),
          options_(options),
          ready_(ready_at(query, *candidate.offer)) {}

    /// As early as may be, on the numbers of cards that are worth a look.
    /// @return What none of these uses meets.
    Unmet add_earliest() {
        bool is_any_free = false;
        for (const std::uint32_t cards : numbers()) {
            const double hours = candidate_.work->hours(cards);
            const auto start = earliest_start(*candidate_.offer, ready_, cards, hours);
            if (!start) continue;
            is_any_free = true;
            add_option(cards, hours, *start);
        }
        if (!is_any_free) return bit(Constraint::cards);
        if (!is_any_in_time_) return bit(Constraint::time);
        if (!is_any_in_budget_) return bit(Constraint::budget);
        return is_any_in_carbon_ ? 0 : bit(Constraint::carbon);
    }

    /// On each number of cards, the start that is best by this goal.
    void add_best(v1::Goal goal) {
        const ChipWork& work = *candidate_.work;
        const std::uint32_t step =
            std::max(work.unit(), most() / kNumbersMax / work.unit() * work.unit());
        std::optional<Leg> best;
        for (std::uint32_t cards = fewest(); cards > 0 && cards <= most(); cards += step) {
            const auto leg = best_leg(query_, *candidate_.offer, ready_, cards,
                                      candidate_.work->hours(cards), query_.deadline, goal);
            if (leg && (!best || leg->merit(goal) < best->merit(goal))) best = leg;
        }
        if (best) add_option(best->cards, best->hours, best->start);
    }

    /// No use can be better than that.
    double bound(v1::Goal goal) const {
        if (fewest() == 0) return kInfinity;
        Leg leg{.offer = candidate_.offer,
                .cards = fewest(),
                .start = ready_,
                .hours = candidate_.work->hours(fewest())};
        recommend::work_out(query_, leg);
        const auto& profile = profile_of(query_, *candidate_.offer, goal);
        if (!profile) return leg.merit(goal);
        return leg.merit(goal) / mean_of(profile, leg.start, leg.hours) * profile->least();
    }

  private:
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
        return candidate_.work->fewest(hours_between(ready_, *query_.deadline), most());
    }

    /// The fewest that are expected to be in time, and that most probably are; all that are free
    /// at any time; and in doubling steps those between, since more are faster and dearer.
    std::set<std::uint32_t> numbers() const {
        const ChipWork& work = *candidate_.work;
        if (query_.need.has_fixed_hours()) return {work.least()};
        std::set<std::uint32_t> numbers{fewest()};
        if (query_.deadline && *query_.deadline > ready_)
            numbers.insert(
                work.fewest(hours_between(ready_, *query_.deadline) / work.high(), most()));
        for (std::uint64_t cards = work.least(); cards < most(); cards *= 2)
            numbers.insert(static_cast<std::uint32_t>(cards));
        for (const FreeStep& step : candidate_.offer->free)
            numbers.insert(std::min(step.cards / work.unit() * work.unit(), most()));
        std::erase_if(numbers, [&](std::uint32_t cards) { return cards < work.least(); });
        return numbers;
    }

    void add_option(std::uint32_t cards, double hours, Instant start) {
        Leg leg{.offer = candidate_.offer, .cards = cards, .start = start, .hours = hours};
        if (hours > kHoursMost) return;
        if (query_.deadline && leg.finish() > *query_.deadline) return;
        is_any_in_time_ = true;
        recommend::work_out(query_, leg);
        Option option;
        option.first_leg = static_cast<std::uint32_t>(options_.legs.size());
        option.merits = {.cost = static_cast<double>(up_to_fen(leg.cost)),
                         .seconds = hours_between(query_.now, leg.finish()) * 3'600,
                         .carbon_g = leg.carbon_g,
                         .delay_us = static_cast<double>(candidate_.delay_us),
                         .risk = risk_of(query_, {&leg, 1}, candidate_.work->high())};
        if (!is_within_budget(query_, option, {&leg, 1})) return;
        is_any_in_budget_ = true;
        if (!is_within_carbon(query_, option)) return;
        is_any_in_carbon_ = true;
        options_.legs.push_back(leg);
        options_.all.push_back(option);
    }

    const Query& query_;
    const Candidate& candidate_;
    Options& options_;
    Instant ready_;
    bool is_any_in_time_ = false;
    bool is_any_in_budget_ = false;
    bool is_any_in_carbon_ = false;
};

double best_of(const Options& options, v1::Goal goal) {
    double best = kInfinity;
    for (const Option& option : options.all) best = std::min(best, option.merits.of(goal));
    return best;
}

/// Looks closely at those that may be better than all that was found.
/// @return What none that was not looked at closely is better than.
double look_closely(const Query& query, std::span<const Candidate> candidates, Options& options,
                    std::vector<Unmet>& unmet, v1::Goal goal) {
    constexpr std::size_t kLooksMax = 64;
    double best = best_of(options, goal);
    std::vector<std::pair<double, std::size_t>> bounds;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const double bound = Gangs(query, candidates[i], options).bound(goal);
        if (bound < best) bounds.emplace_back(bound, i);
    }
    std::ranges::sort(bounds);
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        const auto [bound, at] = bounds[i];
        if (bound >= best) return best;
        if (i == kLooksMax) return bound;
        const std::size_t before = options.all.size();
        Gangs(query, candidates[at], options).add_best(goal);
        if (options.all.size() == before) continue;
        unmet[at] = 0;
        best = std::min(best, options.all.back().merits.of(goal));
    }
    return best;
}

}  // namespace

double find_gangs(const Query& query, std::span<const Candidate> candidates, Options& options,
                  std::vector<Unmet>& unmet) {
    for (std::size_t i = 0; i < candidates.size(); ++i)
        unmet[i] = Gangs(query, candidates[i], options).add_earliest();
    look_closely(query, candidates, options, unmet, v1::GOAL_CARBON);
    return look_closely(query, candidates, options, unmet, v1::GOAL_PRICE);
}

}  // namespace penstock::recommend
