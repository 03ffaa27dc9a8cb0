#include "advise/recommend/find.h"

#include <algorithm>

#include "advise/recommend/order.h"

namespace penstock::recommend {

namespace {

/// Adds the step of a constraint, given what each offer does not meet.
void add_step(Constraint constraint, const std::vector<Unmet>& unmet, std::uint32_t& left,
              std::vector<FunnelStep>& funnel) {
    const Unmet earlier = bit(constraint) - 1;
    FunnelStep step{.constraint = constraint, .before = left};
    for (const Unmet one : unmet) {
        if ((one & bit(constraint)) != 0) ++step.unmet;
        if ((one & (earlier | bit(constraint))) == 0) ++step.after;
    }
    left = step.after;
    if (step.unmet > 0) funnel.push_back(step);
}

/// What is held is worked out only where it matters, since that takes a while.
bool pays_for(Money budget, const Query& query, const Option& option, std::span<const Leg> legs) {
    const auto most = static_cast<double>(budget.micros);
    if (option.merits.cost > most) return false;
    const bool is_long_enough = std::ranges::all_of(
        legs, [&](const Leg& leg) { return leg.hours >= query.market.hours_least; });
    if (is_long_enough && option.merits.cost + rounding_of(query, legs) <= most) return true;
    return least_budget(query, option, legs) <= budget.micros;
}

}  // namespace

bool is_within_budget(const Query& query, const Option& option, std::span<const Leg> legs) {
    const auto micros = [](Money money) { return static_cast<double>(money.micros); };
    if (query.budget && !pays_for(*query.budget, query, option, legs)) return false;
    if (query.cost_most && option.merits.cost > *query.cost_most) return false;
    return !query.budget_per_month ||
           cost_per_month(option.merits.cost, legs) <= micros(*query.budget_per_month);
}

bool is_within_carbon(const Query& query, const Option& option) {
    return !query.carbon_g || option.merits.carbon_g <= *query.carbon_g;
}

Found find(const Query& query, const Screen& screen) {
    Found found;
    const auto& offers = query.market.offers;
    std::vector<Unmet> unmet(offers.size());
    std::vector<std::size_t> index;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        unmet[i] = screen.unmet(offers[i]);
        if (unmet[i] != 0) continue;
        index.push_back(i);
        found.candidates.push_back(
            {&offers[i], screen.work(offers[i]), screen.delay_us(offers[i])});
    }
    std::vector<Unmet> in_use(index.size());
    double least = find_gangs(query, found.candidates, found.options, in_use);
    // Several suppliers together may have more cards than were asked for.
    if (query.need.is_divisible() && query.need.cards_most == 0)
        least = std::min(least, find_splits(query, found.candidates, found.options, in_use));
    for (Option& option : found.options.all) option.least_cost = least;
    for (std::size_t i = 0; i < index.size(); ++i) unmet[index[i]] |= in_use[i];

    auto left = static_cast<std::uint32_t>(offers.size());
    for (std::size_t i = 0; i < kConstraints; ++i)
        add_step(static_cast<Constraint>(i), unmet, left, found.funnel);
    return found;
}

}  // namespace penstock::recommend
