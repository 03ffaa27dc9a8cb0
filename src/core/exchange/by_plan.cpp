#include "core/exchange/by_plan.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "core/exchange/amounts.h"
#include "core/exchange/change.h"
#include "core/exchange/emit.h"
#include "core/exchange/rolling_escrow.h"
#include "core/exchange/service.h"
#include "core/exchange/settle.h"
#include "core/pricing/read_plan.h"

namespace penstock::exchange {
namespace {

/// How often a period is looked at again that waits for reports.
constexpr Duration kLookAgain = seconds(3'600);

using pricing::MissingUsage;
using pricing::Rating;
/// Whether a period is closed although usage is missing that its plan does not do without.
enum class Missing : std::uint8_t { waited_for, given_up };

/// A contract by plan as it is now.
struct Charged {
    const contract::Terms& terms;
    const Interval& time;  ///< That is charged.
    const pricing::PricePlan& plan;
    PlanAccount& account;
};

Charged charged(Context& context, ContractId id) {
    const contract::Contract& contract = context.state.contracts.at(id);
    const auto account = context.state.plan_accounts.find(id);
    PENSTOCK_ASSERT(account != context.state.plan_accounts.end());
    return {contract.terms, contract.charged_time, plan_of(context.state, contract.terms),
            account->second};
}

/// Whether the open period's usage may still be reported. Reports follow each other in time, so
/// that none comes after one that reaches the period's end.
bool may_be_reported(const Charged& of) {
    const Instant end = of.account.rating.in_force().end;
    for (std::size_t i = 0; i < of.terms.quantities.size(); ++i) {
        if (of.terms.quantities[i] > 0 && is_reported(of.plan.components()[i]) &&
            of.account.counters[i].reported_until < end)
            return true;
    }
    return false;
}

Duration window(const Charged& of) {
    return may_be_reported(of) ? kReportWindow : Duration{};
}

Duration spread(ContractId id) {
    return seconds(static_cast<std::int64_t>(id.value % kCloseSpreadSeconds));
}

/// The open period may be closed from `at` on.
void close_from(Context& context, ContractId id, Instant at) {
    charged(context, id).account.closes_at = at;
    context.state.timers.set(at, TimerKind::period_close, id.value);
}

void add(const Charged& of, Rating& rating, const pricing::Usage& usage,
         std::vector<pricing::ChargeRow>& rows) {
    const auto added = rating.add(of.plan, usage, rows);
    // What was ordered was found to be payable (most_by_plan), and lasts within the period.
    PENSTOCK_ASSERT(added.has_value());
}

void open_period(Context& context, ContractId id, Interval period, bool is_first) {
    context.state.contracts.begin_period(id, period.start);
    const Charged of = charged(context, id);
    std::vector<pricing::ChargeRow> rows;
    auto opened = Rating::open(of.plan, period, rows);
    PENSTOCK_ASSERT(opened.has_value());
    of.account.rating = *std::move(opened);
    of.account.is_closed = false;
    for (std::uint32_t i = 0; i < of.terms.quantities.size(); ++i) {
        const std::int64_t quantity = of.terms.quantities[i];
        of.account.counters[i].quantity = 0;
        of.account.counters[i].reported_until = period.start;
        of.account.counters[i].gaps.clear();
        if (is_first && quantity > 0 && of.plan.components()[i].unit == pricing::Unit::one_off)
            add(of, of.account.rating, {i, {period.start, period.start}, quantity}, rows);
    }
    Instant at = std::max(period.end, context.now) + window(of);
    if (of.time.end > context.now) at = at + spread(id);
    close_from(context, id, at);
    charge_by_plan(context, id, period, rows, 0);
}

/// The times of the open period of which a component's usage was not reported.
std::vector<Interval> unreported(const Charged& of, std::uint32_t component) {
    const Counter& counter = of.account.counters[component];
    const Instant end = of.account.rating.in_force().end;
    std::vector<Interval> intervals = counter.gaps;
    if (counter.reported_until < end) intervals.push_back({counter.reported_until, end});
    return intervals;
}

/// An estimate by the last period, of no more than what was ordered leaves.
std::optional<pricing::EarlierUsage> estimate_of(const Charged& of, std::uint32_t component,
                                                 const std::vector<Interval>& missing) {
    const Counter& counter = of.account.counters[component];
    if (!counter.earlier) return std::nullopt;
    std::int64_t time = 0;
    for (const Interval& interval : missing)
        time +=
            pricing::time_weight(interval, of.plan.components()[component].unit, of.plan.offset());
    const pricing::Quantity room{of.terms.quantities[component] - counter.quantity};
    const auto mean =
        pricing::share_of(counter.earlier->quantity.parts, time, counter.earlier->time);
    if (mean && *mean <= room.parts) return counter.earlier;
    return pricing::EarlierUsage{room, time};
}

std::vector<pricing::MissingTime> missing_times(const Charged& of, Missing missing) {
    std::vector<pricing::MissingTime> all;
    for (std::uint32_t i = 0; i < of.terms.quantities.size(); ++i) {
        const pricing::Component& component = of.plan.components()[i];
        if (of.terms.quantities[i] == 0 || !is_reported(component)) continue;
        pricing::MissingTime time{i, unreported(of, i), {}};
        if (time.intervals.empty()) continue;
        const MissingUsage policy = component.missing_usage;
        if (policy == MissingUsage::refuse && missing == Missing::given_up) continue;
        if (policy == MissingUsage::estimate) {
            time.earlier = estimate_of(of, i, time.intervals);
            if (!time.earlier) continue;
        }
        all.push_back(std::move(time));
    }
    return all;
}

/// Keeps what the next period's estimates go by.
void remember(const Charged& of) {
    for (std::uint32_t i = 0; i < of.account.counters.size(); ++i) {
        if (of.terms.quantities[i] == 0 || !is_reported(of.plan.components()[i])) continue;
        const auto earlier = of.account.rating.reported(of.plan, i, unreported(of, i));
        if (earlier.time > 0) of.account.counters[i].earlier = earlier;
    }
}

/// Charges what lasted, what is missing and what falls short, and settles the period.
/// @return False when usage is waited for; nothing has changed then.
bool close_period(Context& context, ContractId id, Missing missing) {
    const Charged of = charged(context, id);
    const Interval period = of.account.rating.in_force();
    Rating rating = of.account.rating;
    std::vector<pricing::ChargeRow> rows;
    for (std::uint32_t i = 0; i < of.terms.quantities.size(); ++i) {
        if (pricing::is_level(of.plan.components()[i].unit) && of.terms.quantities[i] > 0)
            add(of, rating, {i, period, of.terms.quantities[i]}, rows);
    }
    const auto closed = rating.close(of.plan, missing_times(of, missing), rows);
    PENSTOCK_ASSERT(closed.has_value() || missing == Missing::waited_for);
    ++context.periods_closed;
    if (!closed) return false;
    of.account.rating = std::move(rating);
    remember(of);
    charge_by_plan(context, id, period, rows, 0);
    credit_breaches(context, id);
    settle_period(context, id, period.end);
    return true;
}

/// Closes the open period, and opens the one that follows it.
void move_on_to(Context& context, ContractId id, Interval next, Missing missing) {
    if (close_period(context, id, missing)) return open_period(context, id, next, false);
    close_from(context, id, context.now + kLookAgain);
}

/// Whoever ends it after its term, or a notice of it, ends nothing.
contract::CloseReason reason_to_end(const Context& context, ContractId id,
                                    contract::CloseReason given) {
    const contract::Contract& contract = context.state.contracts.at(id);
    if (context.now >= contract.terms.term.end) return contract::CloseReason::term_ended;
    const contract::Notice& notice = contract.notice;
    return notice.is_given() && context.now >= notice.ends_at ? notice.reason : given;
}

void settle_by_plan(Context& context, ContractId id, contract::CloseReason reason) {
    context.state.plan_accounts.erase(id);
    settle_contract(context, id, reason);
}

}  // namespace

Interval period_from(const State& state, const contract::Contract& contract, Instant from) {
    const pricing::PricePlan& plan = plan_of(state, contract.terms);
    return {from, period_end(plan, from, contract.former_ends, contract.charged_time.end)};
}

void charge_by_plan(Context& context, ContractId id, Interval period,
                    const std::vector<pricing::ChargeRow>& rows, std::uint64_t report) {
    if (rows.empty()) return;
    State& state = context.state;
    const contract::Terms& terms = state.contracts.at(id).terms;
    const pricing::PricePlan& plan = plan_of(state, terms);
    Money sum;
    for (const pricing::ChargeRow& row : rows) sum += row.amount;
    state.contracts.accrue_by_plan(id, sum);
    v1::PlanCharged body;
    body.set_contract(id.text());
    body.mutable_period()->set_start_ns(period.start.ns);
    body.mutable_period()->set_end_ns(period.end.ns);
    for (const pricing::ChargeRow& row : rows) {
        const pricing::Component& component = plan.components()[row.component];
        v1::PlanCharge& charge = *body.add_charges();
        charge.set_component(component.name);
        charge.set_kind(static_cast<v1::PlanChargeKind>(row.kind));
        charge.set_place(row.place);
        charge.mutable_interval()->set_start_ns(row.interval.start.ns);
        charge.mutable_interval()->set_end_ns(row.interval.end.ns);
        charge.set_quantity(pricing::to_decimal(row.quantity, component.unit));
        charge.set_unit(static_cast<v1::PriceUnit>(component.unit));
        write_money(row.unit_price, terms.currency, charge.mutable_unit_price());
        write_money(row.amount, terms.currency, charge.mutable_amount());
    }
    write_money(sum, terms.currency, body.mutable_amount());
    body.set_report(report);
    context.events.emit_message(v1::Event::kPlanCharged, body);
}

Instant end_seen_at(ContractId id, const contract::Terms& terms) {
    return terms.is_by_plan() ? terms.term.end + spread(id) : terms.term.end;
}

void begin_by_plan(Context& context, ContractId id) {
    State& state = context.state;
    const contract::Contract& contract = state.contracts.at(id);
    const Interval& time = contract.charged_time;
    if (contract.state != contract::State::active || state.plan_accounts.contains(id) ||
        context.now < time.start || time.is_empty())
        return;
    const bool is_known = state.escrow_windows.contains(id);
    if (!is_known && is_rolling(state, contract.terms) && !begin_covered(context, id)) return;
    state.plan_accounts[id].counters.resize(contract.terms.quantities.size());
    open_period(context, id, period_from(state, contract, time.start), true);
    watch_service(context, id);
    if (!is_known && state.escrow_windows.contains(id)) look_at_runway(context, id);
}

void end_by_plan(Context& context, ContractId id, contract::CloseReason reason) {
    State& state = context.state;
    lapse_change_order(context, state.contracts.at(id).change_order);
    reason = reason_to_end(context, id, reason);
    const bool is_suspended = state.contracts.at(id).state == contract::State::suspended;
    const Instant until = is_suspended ? state.escrow_windows.at(id).suspended_since : context.now;
    if (!state.plan_accounts.contains(id)) {
        state.contracts.end_charged_time(id, until);
        return settle_contract(context, id, reason);
    }
    const Charged of = charged(context, id);
    Rating& rating = of.account.rating;
    // A period lasts for a nanosecond at least, once it has begun.
    const Instant begun = std::max(rating.in_force().start, of.account.resumed_at);
    state.contracts.end_charged_time(id,
                                     is_suspended ? until : std::max(until, begun + Duration{1}));
    if (of.account.is_closed) return settle_by_plan(context, id, reason);
    const Instant end = of.time.end;
    if (end < rating.in_force().end) rating.cut(end);
    if (rating.in_force().end >= of.time.end && !may_be_reported(of)) {
        close_period(context, id, Missing::given_up);
        return settle_by_plan(context, id, reason);
    }
    state.contracts.close(id, reason);
    // The window counts from the end itself, not from when its turn came.
    close_from(context, id, std::max(of.time.end, context.now - spread(id)) + window(of));
    emit_contract(context, id);
}

void end_by_plan_at(Context& context, ContractId id, contract::Notice notice) {
    State& state = context.state;
    lapse_change_order(context, state.contracts.at(id).change_order);
    state.contracts.give_notice(id, notice);
    if (const auto account = state.plan_accounts.find(id); account != state.plan_accounts.end()) {
        Rating& rating = account->second.rating;
        if (notice.ends_at < rating.in_force().end) rating.cut(notice.ends_at);
    }
    state.timers.set(notice.ends_at + spread(id), TimerKind::term_end, id.value);
    emit_contract(context, id);
}

void end_by_plan_if_due(Context& context, ContractId id) {
    const contract::Contract& contract = context.state.contracts.at(id);
    const bool runs =
        contract.state == contract::State::active || contract.state == contract::State::suspended;
    if (runs && context.now >= contract.charged_time.end)
        end_by_plan(context, id, contract::CloseReason::term_ended);
}

void close_period_if_due(Context& context, ContractId id) {
    State& state = context.state;
    if (!state.plan_accounts.contains(id)) return;
    const Charged of = charged(context, id);
    if (context.now < of.account.closes_at || of.account.is_closed) return;
    const contract::Contract& contract = state.contracts.at(id);
    const bool is_closing = contract.state == contract::State::closing;
    const Instant end = of.account.rating.in_force().end;
    if (end >= of.time.end) {
        if (!is_closing) return;  // The end of the term sees to its last period.
        close_period(context, id, Missing::given_up);
        return settle_by_plan(context, id, contract.close_reason);
    }
    if (contract.state == contract::State::suspended) {
        close_period(context, id, Missing::given_up);
        of.account.is_closed = true;
        return;
    }
    // One period for each timer, so that many that are overdue do not meet in one command.
    const Interval next = period_from(state, contract, next_start(of.account));
    // A gap before the last report can never be filled.
    const bool is_given_up = is_closing || context.now >= next.end || !may_be_reported(of);
    move_on_to(context, id, next, is_given_up ? Missing::given_up : Missing::waited_for);
}

Instant next_start(const PlanAccount& account) {
    return std::max(account.rating.in_force().end, account.resumed_at);
}

void pause_charges(Context& context, ContractId id, Instant since) {
    State& state = context.state;
    if (!state.plan_accounts.contains(id)) return;
    const Charged of = charged(context, id);
    // What is waited for of earlier periods is given up: the next one is over as well.
    while (of.account.rating.in_force().end < since) {
        const Instant next = next_start(of.account);
        move_on_to(context, id, period_from(state, state.contracts.at(id), next),
                   Missing::given_up);
    }
    close_from(context, id, std::max(since, context.now) + window(of));
    pause_service(context, id, since);
}

void resume_charges(Context& context, ContractId id) {
    State& state = context.state;
    if (!state.plan_accounts.contains(id)) return begin_by_plan(context, id);
    const Charged of = charged(context, id);
    of.account.resumed_at = context.now;
    resume_service(context, id);
    if (of.account.is_closed)
        open_period(context, id, period_from(state, state.contracts.at(id), context.now), false);
}

void look_at_reports(Context& context, ContractId id) {
    const Charged of = charged(context, id);
    if (context.now >= of.account.rating.in_force().end && !may_be_reported(of))
        close_from(context, id, context.now);
}

}  // namespace penstock::exchange
