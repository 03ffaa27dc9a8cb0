#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

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
            first_block_.push_back(blocks_.size());
            add_blocks(one, ready_.back(), levels_.back());
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
        first_block_.push_back(blocks_.size());
        by_cost_ = ascending(each_);
        by_carbon_ = ascending(carbon_);
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
    /// A share of all the work for each hour, from when until when, in hours from now.
    struct Block {
        double share = 0;
        double from = 0;
        double to = 0;
    };

    /// How many cards may be used at a time, in whole units: each number that is ever free.
    /// Descending.
    std::vector<std::uint32_t> levels(const Candidate& one) const {
        std::vector<std::uint32_t> levels;
        const std::uint32_t unit = one.work->unit();
        for (const FreeStep& step : one.offer->free) {
            std::uint32_t cards = step.cards;
            if (query_.need.cards_most > 0) cards = std::min(cards, query_.need.cards_most);
            if (cards >= unit) levels.push_back(cards / unit * unit);
        }
        std::ranges::sort(levels, std::greater());
        levels.erase(std::ranges::unique(levels).begin(), levels.end());
        return levels;
    }

    /// When so many cards are free without a break.
    void add_blocks(const Candidate& one, Instant ready, std::span<const std::uint32_t> levels) {
        const auto& free = one.offer->free;
        const double all = one.work->card_hours(one.work->least());
        for (const std::uint32_t cards : levels) {
            std::optional<Instant> since;
            const auto close = [&](double to) {
                const double from = since ? hours_between(query_.now, *since) : to;
                if (to > from + kLittleHours)
                    blocks_.push_back(
                        {.share = cards / all, .from = from + kLittleHours, .to = to});
                since.reset();
            };
            for (const FreeStep& step : free) {
                if (step.cards < cards)
                    close(hours_between(query_.now, step.from));
                else if (!since)
                    since = std::max(ready, step.from);
            }
            close(std::numeric_limits<double>::infinity());
        }
    }

    static std::vector<std::size_t> ascending(const std::vector<double>& values) {
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::sort(order, {}, [&](std::size_t at) { return values[at]; });
        return order;
    }

    /// What share of the work a candidate can do without a break up to so many hours from now.
    double capacity(std::size_t at, double hours) const {
        double most = 0;
        for (std::size_t i = first_block_[at]; i < first_block_[at + 1]; ++i)
            most = std::max(most,
                            blocks_[i].share * (std::min(blocks_[i].to, hours) - blocks_[i].from));
        return most;
    }

    bool is_enough(double hours) const {
        std::vector<double> most;
        most.reserve(candidates_.size());
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
        const bool by_cost = goal == v1::GOAL_PRICE;
        const auto& each = by_cost ? each_ : carbon_;
        // From the cheapest up, so that split_work() soon knows whom it does not need.
        const auto& order = by_cost ? by_cost_ : by_carbon_;
        std::vector<Portion> portions;
        portions.reserve(order.size());
        for (const std::size_t at : order) {
            if (each[at] == std::numeric_limits<double>::infinity()) break;
            portions.push_back(
                {.most = capacity(at, hours), .each = each[at], .fixed = by_cost ? fixed_[at] : 0});
        }
        const Split split = split_work(portions, kLegsMax);
        if (split.shares.empty()) return;
        add_legs(split, order, hours, goal);
    }

    /// @param order  Which candidate each share is of.
    void add_legs(const Split& split, std::span<const std::size_t> order, double hours,
                  v1::Goal goal) {
        Option option;
        std::vector<Leg> legs;
        double spread = 1;
        const Instant end = query_.now + hours_long(hours);
        for (std::size_t i = 0; i < split.shares.size(); ++i) {
            if (split.shares[i] <= 0) continue;
            const Candidate& one = candidates_[order[i]];
            const Leg leg = leg_of(order[i], split.shares[i], end, goal);
            option.merits.cost += leg.cost;
            option.merits.carbon_g += leg.carbon_g;
            option.merits.delay_us =
                std::max(option.merits.delay_us, static_cast<double>(one.delay_us));
            option.merits.seconds =
                std::max(option.merits.seconds, hours_between(query_.now, leg.finish()) * 3'600);
            spread = std::max(spread, one.work->high());
            legs.push_back(leg);
        }
        option.merits.cost = static_cast<double>(up_to_fen(option.merits.cost));
        option.merits.risk = risk_of(query_, legs, spread);
        if (query_.counts_months)
            option.merits.cost_per_month = cost_per_month(option.merits.cost, legs);
        if (goal == v1::GOAL_PRICE) least_ = std::min(least_, split.bound);
        if (!is_within_budget(query_, option, legs)) return;
        is_any_in_budget_ = true;
        if (!is_within_carbon(query_, option)) return;
        is_any_in_carbon_ = true;
        options_.add(option, legs);
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
    std::vector<std::vector<std::uint32_t>> levels_;
    std::vector<Block> blocks_;             ///< Of all candidates, one behind the other.
    std::vector<std::size_t> first_block_;  ///< Of each candidate, and the end.
    std::vector<double> fixed_;
    std::vector<double> each_;
    std::vector<double> carbon_;
    std::vector<std::size_t> by_cost_;  ///< The candidates, by `each_`.
    std::vector<std::size_t> by_carbon_;
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
