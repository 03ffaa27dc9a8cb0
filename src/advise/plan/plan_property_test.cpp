#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "advise/plan/plan.h"
#include "advise/plan/test_candidates.h"
#include "core/contract/contracts.h"

namespace penstock::plan {
namespace {

Candidate draw_candidate(int number) {
    Candidate candidate =
        test_candidate(std::to_string(number), 0, *rc::gen::inRange<std::int64_t>(1, 500),
                       *rc::gen::inRange<std::int64_t>(0, 60'000));
    candidate.pool = "pool_" + std::to_string(*rc::gen::inRange(0, 3));
    candidate.on_sale = *rc::gen::inRange(0, 5) != 0;
    candidate.memory_per_core_bytes = *rc::gen::inRange<std::uint64_t>(0, 4) << 30U;
    const auto now = *rc::gen::inRange<std::uint32_t>(0, 40);
    const auto later = *rc::gen::inRange<std::uint32_t>(0, 40);
    const auto change = kNow + seconds(*rc::gen::inRange<std::int64_t>(1, 4'000));
    candidate.cores_free = [=](Interval interval) {
        return interval.end > change ? std::min(now, later) : now;
    };
    return candidate;
}

v1::WorkloadSpec draw_spec() {
    v1::WorkloadSpec spec;
    spec.set_array_size(*rc::gen::inRange<std::uint32_t>(1, 200));
    spec.set_cpus(*rc::gen::inRange<std::uint32_t>(1, 8));
    spec.set_memory_bytes(*rc::gen::inRange<std::uint64_t>(0, 6) << 30U);
    spec.set_expected_task_seconds(*rc::gen::inRange<std::int64_t>(0, 300));
    spec.set_max_attempts(*rc::gen::inRange<std::uint32_t>(0, 4));
    if (*rc::gen::arbitrary<bool>()) {
        spec.set_deadline_seconds(*rc::gen::inRange<std::int64_t>(1, 4'000));
    }
    if (*rc::gen::arbitrary<bool>()) {
        spec.mutable_max_price()->set_micros(*rc::gen::inRange<std::int64_t>(1, 20'000'000));
        spec.mutable_max_price()->set_currency("CNY");
    }
    return spec;
}

const Candidate& find(const std::vector<Candidate>& candidates, const std::string& product) {
    return *std::ranges::find(candidates, product, &Candidate::product);
}

/// The core would take the order, it keeps every limit, and its parts add up.
void check_plan(const v1::Plan& plan, const v1::WorkloadSpec& spec,
                const std::vector<Candidate>& candidates) {
    Money bound;
    Money cost;
    std::uint32_t tasks = 0;
    RC_ASSERT(plan.order().lines_size() == plan.shares_size());
    for (int i = 0; i < plan.shares_size(); ++i) {
        const v1::OrderLine& line = plan.order().lines(i);
        const Candidate& candidate = find(candidates, line.product());
        contract::Terms terms;
        terms.cores = line.cores();
        terms.term = {Instant{line.term().start_ns()}, Instant{line.term().end_ns()}};
        terms.price_per_core_hour = candidate.price_per_core_hour;
        RC_ASSERT(contract::Contracts::check_terms(terms, kNow).has_value());
        RC_ASSERT(candidate.on_sale);
        RC_ASSERT(line.cores() <= candidate.cores_free(terms.term));
        RC_ASSERT(line.cores() % spec.cpus() == 0);
        RC_ASSERT(candidate.memory_per_core_bytes * spec.cpus() >= spec.memory_bytes());
        RC_ASSERT(kNow + seconds(plan.expected_seconds()) <= terms.term.end);
        bound += *contract::Contracts::bound(terms);
        cost += Money{plan.shares(i).expected_cost().micros()};
        tasks += plan.shares(i).tasks();
    }
    RC_ASSERT(tasks == spec.array_size());
    RC_ASSERT(bound.micros == plan.max_total().micros());
    RC_ASSERT(bound.micros == plan.order().max_total().micros());
    RC_ASSERT(cost.micros == plan.expected_cost().micros());
    RC_ASSERT(cost <= bound);
    if (spec.has_max_price()) RC_ASSERT(bound.micros <= spec.max_price().micros());
    if (spec.deadline_seconds() > 0) RC_ASSERT(plan.expected_seconds() <= spec.deadline_seconds());
}

RC_GTEST_PROP(PlanProperty, shows_only_orders_that_the_core_takes_and_that_keep_every_limit, ()) {
    std::vector<Candidate> candidates;
    const int count = *rc::gen::inRange(0, 8);
    for (int i = 0; i < count; ++i) candidates.push_back(draw_candidate(i));
    const v1::WorkloadSpec spec = draw_spec();
    const auto response = plan_workload(spec, candidates, cny(), kNow);
    RC_ASSERT(response.has_value());
    RC_ASSERT(response->plans_size() <= 3);
    for (const v1::Plan& plan : response->plans()) check_plan(plan, spec, candidates);
    RC_ASSERT((response->plans_size() > 0) == response->relaxation().empty());
    for (int i = 1; i < response->funnel_size(); ++i) {
        RC_ASSERT(response->funnel(i).before() == response->funnel(i - 1).after());
    }
    for (const v1::FunnelStep& step : response->funnel()) RC_ASSERT(step.after() <= step.before());
    const bool on_sale = std::ranges::any_of(candidates, &Candidate::on_sale);
    RC_ASSERT(response->relaxation().starts_with("Nothing") == !on_sale);
    RC_CLASSIFY(response->plans_size() > 0, "planned");
    RC_CLASSIFY(response->relaxation().starts_with("No "), "hopeless");
}

}  // namespace
}  // namespace penstock::plan
