#include "advise/recommend/choose.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace penstock::recommend {

namespace {

constexpr std::array kGoals{v1::GOAL_PRICE, v1::GOAL_TIME, v1::GOAL_CARBON, v1::GOAL_LATENCY,
                            v1::GOAL_RISK};
constexpr double kAlike = 1.005;

using Candidates = std::vector<const Option*>;

double least(const Candidates& candidates, v1::Goal goal) {
    double least = std::numeric_limits<double>::infinity();
    for (const Option* one : candidates) least = std::min(least, one->merits.of(goal));
    return least;
}

/// Those that are as good as the best, but for half a per cent, or exactly.
Candidates best(const Candidates& candidates, v1::Goal goal, double factor) {
    const double limit = least(candidates, goal) * factor;
    Candidates out;
    std::ranges::copy_if(candidates, std::back_inserter(out),
                         [&](const Option* one) { return one->merits.of(goal) <= limit; });
    return out;
}

/// The best by goals in their order; what is left is told apart by all the others, so that nothing
/// is better in one and worse in none.
const Option* in_order(Candidates candidates, std::vector<v1::Goal> goals, double factor) {
    for (const v1::Goal goal : goals) candidates = best(candidates, goal, factor);
    for (const v1::Goal goal : goals) candidates = best(candidates, goal, 1);
    for (const v1::Goal goal : kGoals) candidates = best(candidates, goal, 1);
    return candidates.front();
}

using Weights = std::map<v1::Goal, double>;

/// How much each candidate's merit counts: against the best to be had; of risk, a plan that surely
/// fails counts as three.
std::vector<double> against_best(const Candidates& candidates, v1::Goal goal) {
    double worst = 0;
    for (const Option* one : candidates) {
        const double merit = one->merits.of(goal);
        if (std::isfinite(merit)) worst = std::max(worst, merit);
    }
    // Where the best is next to nothing, a thousandth of the worst is as good.
    const double from = std::max(least(candidates, goal), worst / 1'000);
    std::vector<double> out;
    for (const Option* one : candidates) {
        const double merit = one->merits.of(goal);
        if (goal == v1::GOAL_RISK)
            out.push_back(1 + 2 * merit);
        else
            // What is not known counts as twice the worst that is.
            out.push_back(worst == 0 ? 1 : (std::isfinite(merit) ? merit : 2 * worst) / from);
    }
    return out;
}

const Option* by_weights(const Candidates& candidates, const Weights& weights) {
    std::vector<double> scores(candidates.size());
    for (const auto& [goal, weight] : weights) {
        const auto merits = against_best(candidates, goal);
        for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += weight * merits[i];
    }
    const double best = *std::ranges::min_element(scores);
    Candidates equals;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (scores[i] <= best) equals.push_back(candidates[i]);
    }
    return in_order(std::move(equals), {}, 1);
}

/// Who has a deadline wants to keep it; others, to have it soon.
Weights weights_of(const v1::Intent& intent) {
    Weights weights;
    for (const v1::IntentWeight& one : intent.objective_weights())
        weights[one.goal()] += static_cast<double>(one.weight());
    if (!weights.empty()) return weights;
    const bool has_deadline = intent.deadline_ns() != 0 || intent.within_seconds() != 0;
    weights[v1::GOAL_PRICE] = 1;
    weights[has_deadline ? v1::GOAL_RISK : v1::GOAL_TIME] = 1;
    return weights;
}

bool differ(const Candidates& candidates, v1::Goal goal) {
    const auto [low, high] = std::ranges::minmax_element(
        candidates, {}, [&](const Option* one) { return one->merits.of(goal); });
    return (*low)->merits.of(goal) < (*high)->merits.of(goal);
}

}  // namespace

std::vector<Choice> choose(const v1::Intent& intent, const Options& options) {
    Candidates candidates;
    for (const Option& option : options.all) candidates.push_back(&option);
    if (candidates.empty()) return {};
    std::vector<Choice> choices;
    const auto add = [&](const Option* option) -> Choice& {
        const auto known = std::ranges::find(choices, option, &Choice::option);
        if (known != choices.end()) return *known;
        return choices.emplace_back(Choice{option, {}});
    };
    std::vector<v1::Goal> order;
    for (const int goal : intent.objective()) order.push_back(static_cast<v1::Goal>(goal));
    add(order.empty() ? by_weights(candidates, weights_of(intent))
                      : in_order(candidates, order, kAlike));
    for (const v1::Goal goal : kGoals) {
        if (!differ(candidates, goal) && goal != v1::GOAL_PRICE && goal != v1::GOAL_TIME) continue;
        add(in_order(candidates, {goal}, 1)).best_in.push_back(goal);
    }
    return choices;
}

}  // namespace penstock::recommend
