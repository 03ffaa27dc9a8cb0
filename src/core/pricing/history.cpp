#include "core/pricing/history.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/assert.h"
#include "core/pricing/error.h"

namespace penstock::pricing {

Result<void> PlanHistory::check_announce(const PricePlan& plan, Instant now) const {
    if (versions_.size() >= kPlanVersionsMax) return reject(kPlanVersionsExhausted, "version");
    if (plan.version() != versions_.size() + 1) return reject(kPlanVersionGap, "version");
    if (plan.effective_from() < now) return reject(kPlanTooEarly, "effective_from_ns");
    if (versions_.empty()) return {};
    if (plan.effective_from() <= versions_.back().effective_from())
        return reject(kPlanTooEarly, "effective_from_ns");
    if (plan.currency() != versions_.back().currency())
        return reject(kPlanCurrencyChanged, "currency");
    return {};
}

void PlanHistory::announce(PricePlan plan) {
    PENSTOCK_ASSERT(check_announce(plan, plan.effective_from()));
    versions_.push_back(std::move(plan));
}

const PricePlan* PlanHistory::find_in_force(Instant at) const {
    const auto after = std::ranges::upper_bound(versions_, at, {}, &PricePlan::effective_from);
    return after == versions_.begin() ? nullptr : &*std::prev(after);
}

std::span<const PricePlan> PlanHistory::to_come(Instant now) const {
    const auto after = std::ranges::upper_bound(versions_, now, {}, &PricePlan::effective_from);
    return {after, versions_.end()};
}

Result<std::vector<PlanHistory::Piece>> PlanHistory::cut(Interval interval) const {
    std::vector<Piece> pieces;
    for (Instant at = interval.start; at < interval.end;) {
        const PricePlan* plan = find_in_force(at);
        if (plan == nullptr) return reject(kPlanNotInForce, "interval.start_ns");
        Instant end = std::min(interval.end, plan->billing_period_around(at).end);
        const auto next = to_come(at);
        if (!next.empty()) end = std::min(end, next.front().effective_from());
        pieces.push_back({plan, {at, end}});
        at = end;
    }
    return pieces;
}

bool PlanHistory::is_in_order() const {
    for (std::size_t i = 0; i < versions_.size(); ++i) {
        if (versions_[i].version() != i + 1) return false;
        if (i > 0 && versions_[i].effective_from() <= versions_[i - 1].effective_from())
            return false;
        if (versions_[i].currency() != versions_[0].currency()) return false;
    }
    return versions_.size() <= kPlanVersionsMax;
}

}  // namespace penstock::pricing
