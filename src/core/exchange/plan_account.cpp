#include "core/exchange/plan_account.h"

#include <algorithm>

#include "core/exchange/by_plan.h"
#include "core/exchange/service.h"

namespace penstock::exchange {
namespace {

/// Whether a counter can be one of its component in the open period.
bool fits(const Counter& counter, std::int64_t ordered, Interval period) {
    if (counter.quantity < 0 || counter.quantity > ordered || counter.gaps.size() > kGapsMax)
        return false;
    Instant from = period.start;
    for (const Interval& gap : counter.gaps) {
        if (gap.start < from || gap.is_empty()) return false;
        from = gap.end;
    }
    if (counter.reported_until < from || counter.reported_until > period.end) return false;
    const auto& earlier = counter.earlier;
    return !earlier || (earlier->time > 0 && earlier->quantity.parts >= 0);
}

bool fits(const PlanAccount& account, const contract::Contract& contract,
          const pricing::PricePlan& plan) {
    const contract::Terms& terms = contract.terms;
    const Interval period = account.rating.in_force();
    if (account.is_closed && contract.state != contract::State::suspended) return false;
    if (!account.rating.fits(plan) || period.start < contract.charged_time.start ||
        period.end > contract.charged_time.end ||
        account.counters.size() != terms.quantities.size())
        return false;
    for (std::size_t i = 0; i < account.counters.size(); ++i) {
        if (!fits(account.counters[i], terms.quantities[i], period)) return false;
    }
    return true;
}

/// The version of a plan that the terms have frozen; null when they are not of it.
const pricing::PricePlan* find_plan(const State& state, const contract::Terms& terms) {
    const auto history = state.price_plans.find(terms.product);
    const auto* plan =
        history == state.price_plans.end() ? nullptr : history->second.find(terms.plan_version);
    const bool is_of_it = plan != nullptr && terms.quantities.size() == plan->components().size() &&
                          std::ranges::all_of(terms.quantities, [](std::int64_t quantity) {
                              return quantity >= 0 && quantity <= kQuantityMax;
                          });
    return is_of_it ? plan : nullptr;
}

bool has_terms(const State& state, const contract::Terms& terms) {
    if (terms.sale_terms_version == 0) return true;
    const auto history = state.sale_terms.find(terms.product);
    return history != state.sale_terms.end() &&
           history->second.find(terms.sale_terms_version) != nullptr;
}

}  // namespace

bool plan_accounts_fit(const State& state) {
    bool all_fit = true;
    state.contracts.contracts().for_each([&](ContractId id, const contract::Contract& contract) {
        if (!contract.terms.is_by_plan()) return;
        const bool must_have = contract.state == contract::State::closing;
        const Interval& time = contract.charged_time;
        all_fit = all_fit && find_plan(state, contract.terms) != nullptr &&
                  has_terms(state, contract.terms) && time.end <= contract.terms.term.end &&
                  (!must_have || state.plan_accounts.contains(id));
    });
    for (const auto& [id, account] : state.plan_accounts) {
        const contract::Contract* contract = state.contracts.find(id);
        if (contract == nullptr || !contract->terms.is_by_plan() || contract->is_final())
            return false;
        const pricing::PricePlan* plan = find_plan(state, contract->terms);
        if (plan == nullptr || !has_terms(state, contract->terms) ||
            !fits(account, *contract, *plan) || !service_fits(state, *contract, account))
            return false;
    }
    return all_fit;
}

}  // namespace penstock::exchange
