#include "core/exchange/service.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/assert.h"
#include "core/exchange/amounts.h"
#include "core/exchange/by_plan.h"
#include "core/sla/credit.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::exchange {
namespace {

const std::optional<sla::ServiceLevel>& level_of(const State& state,
                                                 const contract::Contract& contract) {
    return sale_terms_of(state, contract.terms).service_level;
}

const char* name_of(sla::ObjectiveKind kind) {
    switch (kind) {
        case sla::ObjectiveKind::availability:
            return "availability";
        case sla::ObjectiveKind::start_time:
            return "start_time";
        case sla::ObjectiveKind::throughput:
            return "throughput";
    }
    return "";
}

/// Periods are closed some time after they end: what is seen by then is of later ones.
void tell(Context& context, const contract::Contract& contract, PlanAccount& account,
          bool in_service) {
    // What is suspended is not served; where it is closing, all is over.
    if (account.service.empty() || contract.state == contract::State::suspended) return;
    Interval period = account.rating.in_force();
    const auto following = [&] {
        return period_from(context.state, contract, std::max(period.end, account.resumed_at));
    };
    for (std::size_t i = 1; i < account.service.size(); ++i) period = following();
    while (context.now >= period.end) {
        if (period.end >= contract.charged_time.end) return;
        account.service.push_back(account.service.back().close(period.end));
        period = following();
    }
    account.service.back().set_in_service(in_service, context.now);
}

/// What was charged for the open period, to the fen below.
Money charge_of(const PlanAccount& account) {
    Money sum;
    for (std::uint32_t i = 0; i < account.counters.size(); ++i) sum += account.rating.charged(i);
    return Money{std::max<std::int64_t>(sum.micros, 0) / kMicrosPerFen * kMicrosPerFen};
}

void give_back(Context& context, ContractId id, Interval period,
               const std::vector<sla::Breach>& breaches) {
    const Currency currency = context.state.contracts.at(id).terms.currency;
    v1::PlanCharged body;
    Money sum;
    for (const sla::Breach& breach : breaches) {
        if (breach.credit == Money{0}) continue;
        sum += breach.credit;
        v1::PlanCharge& charge = *body.add_charges();
        charge.set_component(name_of(breach.kind));
        charge.set_kind(v1::PLAN_CHARGE_SLA_CREDIT);
        charge.mutable_interval()->set_start_ns(period.start.ns);
        charge.mutable_interval()->set_end_ns(period.end.ns);
        write_money(-breach.credit, currency, charge.mutable_amount());
    }
    if (sum == Money{0}) return;
    context.state.contracts.accrue_by_plan(id, -sum);
    body.set_contract(id.text());
    body.mutable_period()->set_start_ns(period.start.ns);
    body.mutable_period()->set_end_ns(period.end.ns);
    write_money(-sum, currency, body.mutable_amount());
    context.events.emit_message(v1::Event::kPlanCharged, body);
}

sla::ServiceRecord fresh_record(const State& state, ContractId id, Instant start) {
    sla::ServiceRecord record(start);
    record.set_in_service(state.directory.agent(state.contracts.at(id).terms.agent).live, start);
    return record;
}

}  // namespace

void watch_service(Context& context, ContractId id) {
    State& state = context.state;
    const contract::Contract& contract = state.contracts.at(id);
    if (!level_of(state, contract)) return;
    PlanAccount& account = state.plan_accounts.at(id);
    account.service.push_back(fresh_record(state, id, account.rating.in_force().start));
}

void pause_service(Context& context, ContractId id, Instant since) {
    std::vector<sla::ServiceRecord>& service = context.state.plan_accounts.at(id).service;
    if (service.empty()) return;
    if (service.size() == 1) service.front().close(since);
    service.resize(1);
    service.push_back(fresh_record(context.state, id, since));
}

void resume_service(Context& context, ContractId id) {
    std::vector<sla::ServiceRecord>& service = context.state.plan_accounts.at(id).service;
    if (!service.empty()) service.back() = fresh_record(context.state, id, context.now);
}

void tell_service(Context& context, AgentId agent, bool in_service) {
    State& state = context.state;
    const auto desk = state.desks.find(agent);
    if (desk == state.desks.end()) return;
    for (const ContractId id : desk->second.contracts) {
        const auto account = state.plan_accounts.find(id);
        if (account != state.plan_accounts.end())
            tell(context, state.contracts.at(id), account->second, in_service);
    }
}

void credit_breaches(Context& context, ContractId id) {
    State& state = context.state;
    PlanAccount& account = state.plan_accounts.at(id);
    if (account.service.empty()) return;
    const Interval period = account.rating.in_force();
    if (account.service.size() == 1)
        account.service.push_back(account.service.front().close(period.end));
    const sla::ServiceRecord record = account.service.front();
    account.service.erase(account.service.begin());
    const auto& level = level_of(state, state.contracts.at(id));
    PENSTOCK_ASSERT(level.has_value());
    give_back(context, id, period, sla::find_breaches(*level, record, charge_of(account)));
}

bool service_fits(const State& state, const contract::Contract& contract,
                  const PlanAccount& account) {
    if (account.service.empty() == level_of(state, contract).has_value()) return false;
    Interval period = account.rating.in_force();
    for (std::size_t i = 0; i < account.service.size(); ++i) {
        const Instant since = account.service[i].since();
        const bool is_last = i + 1 == account.service.size();
        // Nothing is looked at while it is suspended.
        if (is_last && account.is_closed) return since >= period.start && since <= state.time;
        if (is_last) return since >= period.start && since <= period.end && since <= state.time;
        // Where all ended with the period, what was seen of the next one is of no time at all.
        if (since != period.end || period.end > contract.charged_time.end) return false;
        period = period_from(state, contract, std::max(period.end, account.resumed_at));
    }
    return true;
}

}  // namespace penstock::exchange
