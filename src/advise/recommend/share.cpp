#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>

#include "advise/recommend/find.h"
#include "advise/recommend/split.h"
#include "base/assert.h"

namespace penstock::recommend {

namespace {

/// More suppliers than this are not worth a buyer's trouble.
constexpr std::size_t kLegsMax = 8;
constexpr int kFinishes = 3;
/// What has no deadline is looked at for so many times the shortest time.
constexpr double kLongest = 8;
/// Nor to wait for, where nothing is said of a deadline.
constexpr double kHoursWaited = 24 * 365;
constexpr Duration kRounding{1'000'000'000};
/// For what is lost to rounding, so that what fits still fits.
constexpr double kLittleHours = 1e-8;

/// All ways to share the work by when it is done.
class Splits {
  public:
    Splits(const Query& query, std::span<const Candidate> candidates, Options& options)
        : query_(query), candidates_(candidates), options_(options) {
        for (const Candidate& one : candidates) {
            ready_.push_back(ready_at(query, *one.offer));
            levels_.push_back(levels(one));
            const double card_hours = one.work->card_hours(one.work->least());
            // Of each card-hour, what it costs on average over a day.
            Leg all{.offer = one.offer, .cards = 1, .start = ready_.back(), .hours = 24};
            Leg none = all;
            none.hours = 0;
            recommend::work_out(query, all);
            recommend::work_out(query, none);
            fixed_.push_back(none.cost);
            each_.push_back((all.cost - none.cost) / 24 * card_hours);
            carbon_.push_back(all.carbon_g / 24 * card_hours);
        }
    }

    Unmet add() {
        const auto limit = query_.deadline ? hours_between(query_.now, *query_.deadline)
                                           : std::numeric_limits<double>::infinity();
        const double most = std::min(limit, kHoursWaited);
        if (candidates_.empty()) return 0;
        if (!is_enough(most)) return bit(Constraint::time);
        const double least = shortest(most);
        const double longest = query_.deadline ? most : std::min(most, least * kLongest);
        for (int i = 0; i <= kFinishes; ++i) {
            const double hours =
                least * std::pow(longest / least, static_cast<double>(i) / kFinishes);
            add_option(hours, v1::GOAL_PRICE);
            add_option(hours, v1::GOAL_CARBON);
        }
        if (!is_any_in_budget_) return bit(Constraint::budget);
        return is_any_in_carbon_ ? 0 : bit(Constraint::carbon);
    }
    /// What no way to share it can cost less than, where prices by the hour count as on average.
    double least() const { return least_; }

  private:
    /// How many cards may be used at a time, in whole units: each number that is ever free.
    std::set<std::uint32_t, std::greater<>> levels(const Candidate& one) const {
        std::set<std::uint32_t, std::greater<>> levels;
        const std::uint32_t unit = one.work->unit();
        for (const FreeStep& step : one.offer->free) {
            std::uint32_t cards = step.cards;
            if (query_.need.cards_most > 0) cards = std::min(cards, query_.need.cards_most);
            if (cards >= unit) levels.insert(cards / unit * unit);
        }
        return levels;
    }

    /// What share of the work a candidate can do without a break up to so many hours from now.
    double capacity(std::size_t at, double hours) const {
        const Candidate& one = candidates_[at];
        const Instant end = query_.now + hours_long(hours);
        double most = 0;
        for (const std::uint32_t cards : levels_[at]) {
            Instant since = ready_[at];
            const auto& free = one.offer->free;
            for (std::size_t i = 0; i < free.size() && since < end; ++i) {
                const Instant to = i + 1 < free.size() ? std::min(free[i + 1].from, end) : end;
                if (i == 0) since = std::max(since, free[i].from);
                if (free[i].cards < cards)
                    since = std::max(since, to);
                else if (to > since)
                    most = std::max(most, cards * (hours_between(since, to) - kLittleHours));
            }
        }
        return most / one.work->card_hours(one.work->least());
    }

    bool is_enough(double hours) const {
        std::vector<double> most;
        for (std::size_t i = 0; i < candidates_.size(); ++i) most.push_back(capacity(i, hours));
        const auto last =
            most.begin() + static_cast<std::ptrdiff_t>(std::min(kLegsMax, most.size()));
        std::ranges::partial_sort(most, last, std::greater());
        return std::accumulate(most.begin(), last, 0.0) >= 1;
    }

    /// @pre is_enough(most)
    double shortest(double most) const {
        double too_few = 0;
        for (int step = 0; step < 14; ++step) {
            const double middle = (too_few + most) / 2;
            (is_enough(middle) ? most : too_few) = middle;
        }
        return most;
    }

    void add_option(double hours, v1::Goal goal) {
        std::vector<Portion> portions(candidates_.size());
        for (std::size_t i = 0; i < portions.size(); ++i) {
            const bool by_cost = goal == v1::GOAL_PRICE;
            const double each = by_cost ? each_[i] : carbon_[i];
            if (each == std::numeric_limits<double>::infinity()) continue;
            portions[i] = {
                .most = capacity(i, hours), .each = each, .fixed = by_cost ? fixed_[i] : 0};
        }
        const Split split = split_work(portions, kLegsMax);
        if (split.shares.empty()) return;
        add_legs(split, hours, goal);
    }

    void add_legs(const Split& split, double hours, v1::Goal goal) {
        Option option;
        option.first_leg = static_cast<std::uint32_t>(options_.legs.size());
        double spread = 1;
        const Instant end = query_.now + hours_long(hours);
        for (std::size_t i = 0; i < split.shares.size(); ++i) {
            if (split.shares[i] <= 0) continue;
            const Candidate& one = candidates_[i];
            const Leg leg = leg_of(i, split.shares[i], end, goal);
            option.merits.cost += leg.cost;
            option.merits.carbon_g += leg.carbon_g;
            option.merits.delay_us =
                std::max(option.merits.delay_us, static_cast<double>(one.delay_us));
            option.merits.seconds =
                std::max(option.merits.seconds, hours_between(query_.now, leg.finish()) * 3'600);
            spread = std::max(spread, one.work->high());
            options_.legs.push_back(leg);
        }
        option.merits.cost = static_cast<double>(up_to_fen(option.merits.cost));
        const auto legs = std::span(options_.legs).subspan(option.first_leg);
        option.legs = static_cast<std::uint32_t>(legs.size());
        option.merits.risk = risk_of(query_, legs, spread);
        if (goal == v1::GOAL_PRICE) least_ = std::min(least_, split.bound);
        const bool is_affordable = is_within_budget(query_, option, legs);
        is_any_in_budget_ |= is_affordable;
        if (is_affordable && is_within_carbon(query_, option)) {
            is_any_in_carbon_ = true;
            options_.all.push_back(option);
        } else {
            options_.legs.resize(option.first_leg);
        }
    }

    /// Done by `end`, on those cards and at the start that are best by the goal.
    Leg leg_of(std::size_t at, double share, Instant end, v1::Goal goal) const {
        const Candidate& one = candidates_[at];
        const double card_hours = share * one.work->card_hours(one.work->least());
        std::optional<Leg> best;
        for (const std::uint32_t cards : levels_[at]) {
            const auto leg = best_leg(query_, *one.offer, ready_[at], cards, card_hours / cards,
                                      end + kRounding, goal);
            if (leg && (!best || leg->merit(goal) < best->merit(goal))) best = leg;
        }
        // A share is no larger than what fits (capacity()).
        PENSTOCK_ASSERT(best.has_value());
        best->share = share;
        return *best;
    }

    const Query& query_;
    std::span<const Candidate> candidates_;
    Options& options_;
    std::vector<Instant> ready_;
    std::vector<std::set<std::uint32_t, std::greater<>>> levels_;
    std::vector<double> fixed_;
    std::vector<double> each_;
    std::vector<double> carbon_;
    double least_ = std::numeric_limits<double>::infinity();
    bool is_any_in_budget_ = false;
    bool is_any_in_carbon_ = false;
};

}  // namespace

double find_splits(const Query& query, std::span<const Candidate> candidates, Options& options,
                   std::vector<Unmet>& unmet) {
    Splits splits(query, candidates, options);
    const Unmet all = splits.add();
    // One that can do it all by itself stays as it is; of the others, what they miss together.
    for (Unmet& one : unmet) {
        if (one != 0) one = all;
    }
    return splits.least();
}

}  // namespace penstock::recommend
