#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "advise/intent/names.h"
#include "advise/recommend/choose.h"
#include "advise/recommend/find.h"
#include "advise/recommend/random_market.h"
#include "advise/recommend/recommend.h"

namespace penstock::recommend {
namespace {

constexpr Instant kNow{1'795'000'000'000'000'000};

const estimate::Estimator& estimator() {
    static const auto kEstimator = estimate::Estimator::shipped();
    return *kEstimator;
}

/// Whether the cards of a leg are free over the whole of it.
bool is_free(const Leg& leg) {
    return earliest_start(*leg.offer, leg.start, leg.cards, leg.hours) == leg.start;
}

bool is_worse(const Merits& left, const Merits& right) {
    const auto all = {v1::GOAL_PRICE, v1::GOAL_TIME, v1::GOAL_CARBON, v1::GOAL_LATENCY,
                      v1::GOAL_RISK};
    bool is_any_worse = false;
    for (const auto goal : all) {
        if (left.of(goal) < right.of(goal)) return false;
        is_any_worse |= left.of(goal) > right.of(goal);
    }
    return is_any_worse;
}

RC_GTEST_PROP(Recommend, keeps_to_all_that_was_asked, ()) {
    Chance chance(*rc::gen::arbitrary<std::uint64_t>());
    const Market market =
        random_market(chance, estimator().chips, *rc::gen::inRange<std::size_t>(1, 120), kNow);
    const v1::Intent intent = random_intent(chance);
    const auto need = need_of(intent, estimator());
    RC_ASSERT(need.has_value());
    const auto made = query_of(market, estimator(), intent, *need, kNow);
    RC_ASSERT(made.has_value());
    const Query& query = *made;
    const auto screen = Screen::make(query);
    RC_ASSERT(screen.has_value());
    const Found found = find(query, *screen);
    for (const Option& option : found.options.all) {
        double share = 0;
        double cost = 0;
        for (const Leg& leg : found.options.legs_of(option)) {
            RC_ASSERT(screen->unmet(*leg.offer) == 0U);
            RC_ASSERT(is_free(leg));
            RC_ASSERT(leg.start >= query.start);
            if (query.deadline)
                RC_ASSERT(leg.finish() <= *query.deadline + Duration{1'000'000'000});
            const ChipWork& work = *screen->work(*leg.offer);
            RC_ASSERT(leg.cards >= (need->is_divisible() ? 1 : work.least()));
            // The cards do their share in their time.
            RC_ASSERT(std::abs(leg.cards * leg.hours / (leg.share * work.card_hours(leg.cards)) -
                               1) < 1e-6);
            share += leg.share;
            cost += leg.cost;
        }
        RC_ASSERT(std::abs(share - 1) < 1e-6);
        RC_ASSERT(std::abs(cost - option.merits.cost) <= kMicrosPerFen + 1e-6 * cost);
    }
    const auto choices = choose(intent, found.options);
    RC_ASSERT(choices.empty() == found.options.all.empty());
    for (const Choice& choice : choices) {
        for (const Option& option : found.options.all)
            RC_ASSERT(!is_worse(choice.option->merits, option.merits));
    }
}

RC_GTEST_PROP(Recommend, counts_each_offer_in_the_funnel_once, ()) {
    Chance chance(*rc::gen::arbitrary<std::uint64_t>());
    const Market market =
        random_market(chance, estimator().chips, *rc::gen::inRange<std::size_t>(1, 60), kNow);
    const auto plans = recommend(market, estimator(), random_intent(chance), kNow);
    RC_ASSERT(plans.has_value());
    std::uint32_t left = plans->offers();
    for (const auto& step : plans->funnel()) {
        RC_ASSERT(step.before() == left);
        RC_ASSERT(step.after() <= step.before());
        RC_ASSERT(step.unmet() >= step.before() - step.after());
        left = step.after();
    }
    RC_ASSERT((left == 0) == plans->plans().empty());
}

}  // namespace
}  // namespace penstock::recommend
