#include "advise/carbon/hour_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "advise/carbon/series.h"

namespace penstock::carbon {

namespace {

constexpr double real(std::int64_t value) {
    return static_cast<double>(value);
}

}  // namespace

HourPlanner::HourPlanner(const Queue& queue, std::int64_t first_rest)
    : limit_(queue.wait_limit), prior_(queue) {
    for (std::int64_t hours = 0; hours < limit_; hours += kHour) {
        waits_.push_back(hours);
        if (first_rest < kHour && hours + first_rest < limit_) waits_.push_back(hours + first_rest);
    }
    waits_.push_back(limit_);
}

std::size_t HourPlanner::find(std::int64_t waited) const {
    const auto at = std::ranges::lower_bound(waits_, std::min(waited, limit_));
    return static_cast<std::size_t>(at - waits_.begin());
}

HourPlan HourPlanner::plan(std::span<const double> values, const Standing& from,
                           double wait_price) const {
    const std::size_t states = waits_.size();
    const std::size_t first = find(from.waited);
    const auto begin_of = [&](std::size_t hour) {
        return hour == 0 ? from.elapsed
                         : from.elapsed + from.rest + static_cast<std::int64_t>(hour - 1) * kHour;
    };
    const double later =
        std::accumulate(values.begin(), values.end(), 0.0) / real(std::ssize(values));
    std::vector<double> cost(states);  // From an hour's begin on, by wait used.
    for (std::size_t state = first; state < states; ++state) {
        const double worked =
            real(std::max<std::int64_t>(0, begin_of(values.size()) - waits_[state]));
        cost[state] = later * (prior_.mean() - prior_.expected_within(worked));
    }
    std::vector<std::vector<Action>> best(values.size(), std::vector(states, Action::run));
    std::vector<std::size_t> after(states);
    std::vector<double> before(states);
    for (std::size_t hour = values.size(); hour-- > 0;) {
        const std::int64_t lasts = begin_of(hour + 1) - begin_of(hour);
        for (std::size_t state = first; state < states; ++state) {
            const std::int64_t worked = begin_of(hour) - waits_[state];
            if (worked < 0) continue;  // Cannot be.
            const double within = prior_.expected_within(real(worked));
            const auto run = [&](std::int64_t seconds) {
                if (seconds == 0) return 0.0;
                return values[hour] * (prior_.expected_within(real(worked + seconds)) - within);
            };
            before[state] = run(lasts) + cost[state];
            const std::int64_t wait = std::min(lasts, limit_ - waits_[state]);
            if (wait == 0) continue;
            const double waiting = wait_price * real(wait) * prior_.survival(real(worked)) +
                                   run(lasts - wait) + cost[find(waits_[state] + wait)];
            if (waiting >= before[state]) continue;
            before[state] = waiting;
            best[hour][state] = Action::wait;
        }
        std::swap(cost, before);
    }
    HourPlan plan;
    std::int64_t waited = from.waited;
    for (std::size_t hour = 0; hour < values.size(); ++hour) {
        const Action action = best[hour][find(waited)];
        plan.actions.push_back(action);
        if (action == Action::run) continue;
        const std::int64_t wait = std::min(begin_of(hour + 1) - begin_of(hour), limit_ - waited);
        plan.expected_wait += real(wait) * prior_.survival(real(begin_of(hour) - waited));
        waited += wait;
    }
    return plan;
}

}  // namespace penstock::carbon
