#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "core/billing/error.h"
#include "core/contract/error.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/rolling_escrow.h"
#include "core/pricing/bound.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::exchange {
namespace {

constexpr std::int64_t kNsPerDay = 86'400'000'000'000;
/// Of pricing a component for one period, in looks at a band.
constexpr std::uint64_t kEffortOfComponent = 16;

/// The parts of a term that are billed together, for as long as `visit` returns true.
template <class Visit>
void for_each_period(const pricing::PricePlan& plan, Interval term, std::span<const Instant> seams,
                     const Visit& visit) {
    for (Instant at = term.start; at < term.end;) {
        const Instant end = period_end(plan, at, seams, term.end);
        if (!visit(Interval{at, end})) return;
        at = end;
    }
}

}  // namespace

Money up_to_fen(Money amount) {
    return Money{(amount.micros + kMicrosPerFen - 1) / kMicrosPerFen * kMicrosPerFen};
}

bool is_reported(const pricing::Component& component) {
    return !pricing::is_level(component.unit) && component.unit != pricing::Unit::one_off;
}

const pricing::PricePlan& plan_of(const State& state, const contract::Terms& terms) {
    return *state.price_plans.at(terms.product).find(terms.plan_version);
}

const billing::SaleTerms& sale_terms_of(const State& state, const contract::Terms& terms) {
    static const billing::SaleTerms kNothingSaid;
    if (terms.sale_terms_version == 0) return kNothingSaid;
    return *state.sale_terms.at(terms.product).find(terms.sale_terms_version);
}

Asked asked_by(const pricing::PricePlan& plan, const std::vector<std::int64_t>& quantities) {
    Asked asked;
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        if (quantities[i] == 0) continue;
        if (plan.components()[i].unit == pricing::Unit::core_hour)
            asked.cores += static_cast<std::uint64_t>(quantities[i]);
        else
            asked.by_hand = true;
    }
    return asked;
}

bool is_paid_directly(const State& state, const contract::Terms& terms) {
    return terms.post_paid && sale_terms_of(state, terms).post_paid->directly;
}

Result<void> read_quantities(const State& state, const v1::OrderLine& line,
                             contract::Terms& terms) {
    if (line.cores() != 0 || terms.plan_version == 0)
        return reject(contract::kLineFormInvalid, "quantities");
    const auto components = plan_of(state, terms).components();
    terms.quantities.assign(components.size(), 0);
    for (int i = 0; i < line.quantities_size(); ++i) {
        const v1::PlanQuantity& asked = line.quantities(i);
        const auto found =
            std::ranges::find(components, asked.component(), &pricing::Component::name);
        const std::string field = "quantities[" + std::to_string(i) + "]";
        if (found == components.end())
            return reject(contract::kQuantitiesInvalid, field + ".component");
        std::int64_t& quantity =
            terms.quantities[static_cast<std::size_t>(found - components.begin())];
        if (quantity != 0) return reject(contract::kQuantitiesInvalid, field + ".component");
        if (asked.quantity() < 1 || asked.quantity() > kQuantityMax)
            return reject(contract::kQuantitiesInvalid, field + ".quantity");
        quantity = asked.quantity();
    }
    const Asked all = asked_by(plan_of(state, terms), terms.quantities);
    terms.by_hand = all.by_hand;
    terms.cores = static_cast<std::uint32_t>(std::min<std::uint64_t>(all.cores, UINT32_MAX));
    const auto known = state.sale_terms.find(terms.product);
    if (known != state.sale_terms.end()) terms.sale_terms_version = known->second.newest();
    if (line.has_sale_terms_version() && line.sale_terms_version() != terms.sale_terms_version)
        return reject(billing::kTermsChanged, "sale_terms_version");
    if (!is_role_allowed(state, terms.product, sale_terms_of(state, terms).role))
        return reject(billing::kRoleNotAllowed, "sale_terms_version");
    return {};
}

Instant period_end(const pricing::PricePlan& plan, Instant start, std::span<const Instant> seams,
                   Instant term_end) {
    Instant end = std::min(plan.billing_period_around(start).end, term_end);
    for (const Instant seam : seams) {
        if (seam > start) end = std::min(end, seam);
    }
    return end;
}

std::uint64_t pricing_effort(const State& state, const contract::Terms& terms,
                             std::span<const Instant> seams) {
    const pricing::PricePlan& plan = plan_of(state, terms);
    const auto components = plan.components();
    std::uint64_t effort = 0;
    // What is beyond all bounds is not walked through to its end.
    for_each_period(plan, terms.term, seams, [&](Interval) {
        effort += kEffortOfComponent * components.size();
        return effort <= kEffortMax;
    });
    const auto days = static_cast<std::uint64_t>(terms.term.length().ns / kNsPerDay + 1);
    // Each day is cut at both ends of every band, and each piece asks every band.
    for (const pricing::Component& component : components)
        effort += days * component.bands.size() * (2 * component.bands.size() + 1);
    return effort;
}

Money most_of_period(const State& state, const contract::Terms& terms, Interval period,
                     bool is_first) {
    const pricing::PricePlan& plan = plan_of(state, terms);
    std::vector<std::int64_t> quantities = terms.quantities;
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        if (!is_first && plan.components()[i].unit == pricing::Unit::one_off) quantities[i] = 0;
    }
    const auto most = pricing::most_of(plan, period, quantities);
    // The whole of the terms was priced when they were ordered.
    PENSTOCK_ASSERT(most.has_value());
    return up_to_fen(*most);
}

Money set_aside_by_plan(const State& state, const contract::Terms& terms, Money most) {
    if (!is_rolling(state, terms)) return most;
    const std::uint32_t periods = sale_terms_of(state, terms).rolling_escrow->periods;
    Money sum;
    std::uint32_t number = 0;
    for_each_period(plan_of(state, terms), terms.term, {}, [&](Interval period) {
        sum += most_of_period(state, terms, period, number == 0);
        return ++number < periods;
    });
    return std::max(sum, Money{kMicrosPerFen});
}

Result<Money> most_of_term(const pricing::PricePlan& plan, Interval term,
                           std::vector<std::int64_t> quantities, std::span<const Instant> seams) {
    Money sum;
    bool too_expensive = false;
    for_each_period(plan, term, seams, [&](Interval period) {
        const auto most = pricing::most_of(plan, period, quantities);
        too_expensive = !most || *most > contract::Contracts::kLineMax - sum;
        if (!too_expensive) sum += up_to_fen(*most);
        // One-offs are charged when the contract begins.
        for (std::size_t i = 0; i < quantities.size(); ++i) {
            if (plan.components()[i].unit == pricing::Unit::one_off) quantities[i] = 0;
        }
        return !too_expensive;
    });
    if (too_expensive) return reject(contract::kTooExpensive, "quantities");
    return sum;
}

Result<Money> most_of_part(const State& state, const contract::Terms& terms, Interval part,
                           std::span<const Instant> seams) {
    return most_of_term(plan_of(state, terms), part, terms.quantities, seams);
}

Result<Money> most_by_plan(const State& state, const contract::Terms& terms) {
    TRY_ASSIGN(const Money most, most_of_part(state, terms, terms.term, {}));
    // What costs nothing is held for, too: a hold is above zero.
    return std::max(most, Money{kMicrosPerFen});
}

}  // namespace penstock::exchange
