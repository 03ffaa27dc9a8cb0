#include "core/exchange/rolling_escrow.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/assert.h"
#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/emit.h"
#include "core/exchange/settle.h"
#include "core/ledger/error.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

constexpr Duration kDay = seconds(86'400);
/// How often it is tried whether a suspended contract can go on.
constexpr Duration kTryAgain = kDay;
/// Warnings come at runways of so many days.
constexpr std::array<std::uint32_t, 3> kWarningDays{7, 3, 1};

Duration days(std::uint32_t number) {
    return seconds(std::int64_t{number} * 86'400);
}

const billing::RollingEscrow& terms_of(const State& state, ContractId id) {
    return *sale_terms_of(state, state.contracts.at(id).terms).rolling_escrow;
}

AccountId account_of(const State& state, ContractId id, AccountKind kind) {
    const contract::Terms& terms = state.contracts.at(id).terms;
    return state.ledger.find(kind, terms.buyer, terms.currency);
}

Money free_cash(const State& state, ContractId id) {
    return state.ledger.account(account_of(state, id, AccountKind::cash)).available();
}

/// How far money reaches, in whole billing periods.
struct Reach {
    Instant until;
    Money needed;  ///< In escrow in all, up to there.
};

/// What is in escrow for what was used before the open period; and where the rest begins.
struct Beginning {
    Money spent;
    Instant at;
};

Beginning beginning_of(const State& state, ContractId id, Instant from) {
    const contract::Contract& contract = state.contracts.at(id);
    const auto known = state.plan_accounts.find(id);
    // What is suspended has nothing that is begun and not opened yet.
    const bool is_suspended = contract.state == contract::State::suspended;
    if (known == state.plan_accounts.end()) return {{}, from};
    const PlanAccount& account = known->second;
    const Instant at = is_suspended ? from : next_start(account);
    if (account.is_closed) return {up_to_fen(contract.accrued), at};
    Money open;
    for (std::uint32_t i = 0; i < account.counters.size(); ++i) open += account.rating.charged(i);
    const Interval period = account.rating.in_force();
    const bool is_first = period.start == contract.charged_time.start;
    return {up_to_fen(contract.accrued - open) +
                most_of_period(state, contract.terms, period, is_first),
            at};
}

/// Looks so many periods ahead of `from` at most, as far as `budget` goes.
Reach reach_of(const State& state, ContractId id, Instant from, std::uint32_t periods,
               Money budget) {
    const contract::Contract& contract = state.contracts.at(id);
    auto [needed, at] = beginning_of(state, id, from);
    Reach reach{at, needed};
    bool is_first = !state.plan_accounts.contains(id);
    for (std::uint32_t ahead = 0; at < contract.charged_time.end && ahead < periods;) {
        const Interval period = period_from(state, contract, at);
        needed += most_of_period(state, contract.terms, period, is_first);
        is_first = false;
        at = period.end;
        if (period.start >= from) ++ahead;
        if (needed > budget) break;
        reach.until = at;
        reach.needed = needed;
    }
    return reach;
}

/// What goes on does so for a day at least: or else a moment before the next period, for next to
/// nothing, would begin its grace anew. So where that is near, it counts as well.
std::uint32_t least_periods(const State& state, ContractId id, Instant from) {
    const contract::Contract& contract = state.contracts.at(id);
    if (contract.state != contract::State::suspended) return 1;
    return period_from(state, contract, from).length() < kDay ? 2 : 1;
}

void set_timer(Context& context, ContractId id, Instant at) {
    context.state.escrow_windows.at(id).next_at = at;
    context.state.timers.set(at, TimerKind::escrow_cover, id.value);
}

/// Sets aside what periods from `from` on may cost, so many as there are to be and cash covers.
/// @retval INSUFFICIENT_FUNDS, ACCOUNT_OVERFLOW  Not one is covered; nothing has changed.
Result<void> cover(Context& context, ContractId id, Instant from) {
    State& state = context.state;
    const contract::Contract& contract = state.contracts.at(id);
    const std::uint32_t least = least_periods(state, id, from);
    const Money budget = contract.escrow + free_cash(state, id);
    const Money needed = reach_of(state, id, from, least, kMoneyMax).needed;
    if (needed > budget)
        return reject(ledger::kInsufficientFunds, "contract",
                      to_decimal(needed - contract.escrow) + " is to be set aside.");
    const Reach reach = reach_of(state, id, from, terms_of(state, id).periods + least - 1, budget);
    if (const Money missing = reach.needed - contract.escrow; missing > Money{0}) {
        const auto done =
            state.ledger.execute({.debit = account_of(state, id, AccountKind::cash),
                                  .credit = account_of(state, id, AccountKind::escrow),
                                  .amount = missing},
                                 context.now);
        // The account's turnover may be at its end though cash is there.
        if (!done) return reject(done.error().rejection(), "contract");
        state.contracts.raise_escrow(id, missing);
        emit_transfer(context, {done->id, done->debit, done->credit, done->amount}, "escrow_top_up",
                      id.text());
    }
    state.escrow_windows.at(id).covered_until = reach.until;
    set_timer(context, id, period_from(state, contract, from).end);
    return {};
}

/// Whether a whole billing period went by from when it last went on until `since`.
bool has_paid_a_period(const State& state, ContractId id, Instant since) {
    const contract::Contract& contract = state.contracts.at(id);
    const Instant resumed = state.escrow_windows.at(id).resumed_at;
    const bool is_begin =
        plan_of(state, contract.terms).billing_period_around(resumed).start == resumed;
    const Instant first = is_begin ? resumed : period_from(state, contract, resumed).end;
    return period_from(state, contract, first).end <= since;
}

/// Nobody begins a new grace by paying for a day.
Duration grace_of(const State& state, ContractId id, Instant since) {
    const EscrowWindow& window = state.escrow_windows.at(id);
    if (window.resumed_at == Instant{} || has_paid_a_period(state, id, since))
        return terms_of(state, id).grace;
    return std::max(window.grace_ends - window.resumed_at, Duration{});
}

void try_again(Context& context, ContractId id) {
    const Instant ends = context.state.escrow_windows.at(id).grace_ends;
    set_timer(context, id, std::min(context.now + kTryAgain, ends));
}

void suspend(Context& context, ContractId id, Instant since) {
    State& state = context.state;
    EscrowWindow& window = state.escrow_windows.at(id);
    // Where the exchange was away at that time, the buyer knows of it only now.
    window.grace_ends = std::max(since, context.now) + grace_of(state, id, since);
    state.contracts.suspend(id);
    window.suspended_since = since;
    window.covered_until = since;
    try_again(context, id);
    pause_charges(context, id, since);
    emit_contract(context, id);
}

/// Whoever the operator has suspended buys nothing more.
bool may_go_on(const State& state, ContractId id) {
    const party::Caller buyer{.kind = party::Caller::Kind::member,
                              .party = state.contracts.at(id).terms.buyer};
    return state.directory.check_permission(buyer, party::Permission::trade, party::Effect::start)
        .has_value();
}

/// Goes on from now, where cash covers it.
/// @retval As cover()
Result<void> go_on(Context& context, ContractId id) {
    State& state = context.state;
    TRY(cover(context, id, context.now));
    state.contracts.resume(id);
    EscrowWindow& window = state.escrow_windows.at(id);
    window.suspended_since = {};
    window.resumed_at = context.now;
    if (!state.plan_accounts.contains(id)) state.contracts.begin_charged_time(id, context.now);
    emit_contract(context, id);
    resume_charges(context, id);
    look_at_runway(context, id);
    return {};
}

/// Whether a window can be one of a contract that has begun.
bool fits(const EscrowWindow& window, const contract::Contract& contract) {
    const Instant start = contract.charged_time.start;
    const Instant end = contract.terms.term.end;
    const auto lies_in_term = [&](Instant at) { return at >= start && at <= end; };
    // Once it is closing, it is as it was before.
    if (contract.state == contract::State::suspended &&
        (window.suspended_since == Instant{} || window.grace_ends < window.suspended_since))
        return false;
    return lies_in_term(window.covered_until) &&
           (window.resumed_at == Instant{} || lies_in_term(window.resumed_at)) &&
           window.grace_ends >= Instant{} && window.grace_ends <= kLastInstant;
}

void warn(Context& context, ContractId id, std::uint32_t within_days, Instant lasts_until) {
    v1::RunwayWarning body;
    body.set_contract(id.text());
    body.set_buyer(context.state.contracts.at(id).terms.buyer.text());
    body.set_days(within_days);
    body.set_lasts_until_ns(lasts_until.ns);
    context.events.emit_message(v1::Event::kRunwayWarning, body);
}

}  // namespace

Instant suspended_until(const State& state, ContractId id) {
    const bool is_suspended = state.contracts.at(id).state == contract::State::suspended;
    return is_suspended ? state.escrow_windows.at(id).grace_ends : Instant{};
}

bool is_rolling(const State& state, const contract::Terms& terms) {
    return terms.is_by_plan() && !terms.post_paid &&
           sale_terms_of(state, terms).rolling_escrow.has_value();
}

bool begin_covered(Context& context, ContractId id) {
    State& state = context.state;
    const Instant start = state.contracts.at(id).charged_time.start;
    EscrowWindow& window = state.escrow_windows[id];
    window.covered_until = window.next_at = start;
    if (!cover(context, id, start)) {
        suspend(context, id, start);
        return false;
    }
    emit_contract(context, id);
    return true;
}

void keep_covered(Context& context, ContractId id) {
    State& state = context.state;
    const auto known = state.escrow_windows.find(id);
    if (known == state.escrow_windows.end() || context.now < known->second.next_at) return;
    const contract::Contract& contract = state.contracts.at(id);
    const Instant at = known->second.next_at;
    if (contract.state == contract::State::suspended) {
        // The end of its term sees to the rest.
        if (context.now >= contract.charged_time.end) return;
        if (may_go_on(state, id) && go_on(context, id).has_value()) return;
        if (known->second.grace_ends <= context.now)
            return close_contract(context, id, contract::CloseReason::buyer_out_of_funds);
        return try_again(context, id);
    }
    if (contract.state != contract::State::active || at >= contract.charged_time.end) return;
    const Instant covered_until = known->second.covered_until;
    if (!cover(context, id, at)) return suspend(context, id, at);
    if (covered_until != known->second.covered_until) emit_contract(context, id);
    look_at_runway(context, id);
}

Result<void> resume_covered(Context& context, ContractId id) {
    const State& state = context.state;
    TRY(state.contracts.check_step(id, contract::Step::resume));
    const contract::Contract& contract = state.contracts.at(id);
    if (context.now >= contract.charged_time.end)
        return reject(contract::kWrongState, "contract", "Its term has ended.");
    return go_on(context, id);
}

void look_at_runway(Context& context, ContractId id) {
    State& state = context.state;
    EscrowWindow& window = state.escrow_windows.at(id);
    const contract::Contract& contract = state.contracts.at(id);
    const Reach reach = reach_of(state, id, window.next_at, kWarningDays[0] + 1,
                                 contract.escrow + free_cash(state, id));
    const Instant lasts = std::max(reach.until, window.covered_until);
    std::uint32_t within = 0;
    Instant next;
    for (const std::uint32_t some : kWarningDays) {
        if (lasts < contract.charged_time.end && lasts < context.now + days(some)) within = some;
        // No runway is shorter than what is covered, whatever becomes of the cash.
        const Instant at = window.covered_until + Duration{-days(some).ns + 1};
        if (at > context.now && (next == Instant{} || at < next)) next = at;
    }
    const bool is_worse = within > 0 && (window.under_days == 0 || within < window.under_days);
    window.under_days = within;
    if (within == 0) {
        window.warned_days = 0;
        window.warned_at = {};
    }
    if (is_worse) {
        window.warned_days = within;
        window.warned_at = context.now;
        warn(context, id, within, lasts);
    }
    if (next != Instant{} && next != window.look_at)
        state.timers.set(next, TimerKind::runway_look, id.value);
    window.look_at = next;
}

void look_if_due(Context& context, ContractId id) {
    const auto known = context.state.escrow_windows.find(id);
    if (known == context.state.escrow_windows.end()) return;
    const Instant at = known->second.look_at;
    if (at == Instant{} || context.now < at) return;
    if (context.state.contracts.at(id).state == contract::State::active)
        look_at_runway(context, id);
}

Runway runway_of(const State& state, ContractId id, Instant now) {
    const contract::Contract& contract = state.contracts.at(id);
    const EscrowWindow& window = state.escrow_windows.at(id);
    const bool is_suspended = contract.state == contract::State::suspended;
    const Instant from = is_suspended ? now : window.next_at;
    Runway runway;
    runway.covered_until = window.covered_until;
    runway.free_cash = free_cash(state, id);
    runway.warned_days = window.warned_days;
    runway.warned_at = window.warned_at;
    if (!is_suspended && window.look_at > now) runway.look_at = window.look_at;
    const Reach reach = reach_of(state, id, from, UINT32_MAX, contract.escrow + runway.free_cash);
    runway.lasts_until = std::max(reach.until, runway.covered_until);
    if (is_suspended && reach.until <= from) runway.lasts_until = window.suspended_since;
    if (!is_suspended && window.covered_until < contract.charged_time.end)
        runway.next_top_up_at = from;
    const std::uint32_t periods =
        is_suspended ? least_periods(state, id, from) : terms_of(state, id).periods;
    const Money needed = reach_of(state, id, from, periods, kMoneyMax).needed;
    runway.next_top_up = std::max(needed - contract.escrow, Money{0});
    return runway;
}

bool is_covered(const State& state, ContractId id) {
    const contract::Contract& contract = state.contracts.at(id);
    if (contract.state != contract::State::active) return true;
    const EscrowWindow& window = state.escrow_windows.at(id);
    const Reach reach = reach_of(state, id, window.next_at, UINT32_MAX, contract.escrow);
    return reach.until >= window.covered_until && reach.needed <= contract.escrow;
}

bool escrow_windows_fit(const State& state) {
    bool all_fit = true;
    state.contracts.contracts().for_each([&](ContractId id, const contract::Contract& contract) {
        // Each that has begun has one, and what began suspended, too.
        const bool must_have =
            contract.state == contract::State::suspended ||
            (state.plan_accounts.contains(id) && is_rolling(state, contract.terms));
        all_fit = all_fit && (!must_have || state.escrow_windows.contains(id));
    });
    for (const auto& [id, window] : state.escrow_windows) {
        const contract::Contract* contract = state.contracts.find(id);
        if (contract == nullptr || contract->is_final() || !is_rolling(state, contract->terms) ||
            contract->state == contract::State::ordered || !fits(window, *contract))
            return false;
    }
    return all_fit;
}

}  // namespace penstock::exchange
