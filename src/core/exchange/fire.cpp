#include <algorithm>

#include "core/exchange/arrears.h"
#include "core/exchange/billing.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/change.h"
#include "core/exchange/custody.h"
#include "core/exchange/direct_payment.h"
#include "core/exchange/handlers.h"
#include "core/exchange/rolling_escrow.h"
#include "core/exchange/settle.h"
#include "core/exchange/sub_accounts.h"
#include "core/exchange/work.h"

namespace penstock::exchange {
namespace {

constexpr std::uint32_t kTimersPerTick = 1'000;
/// Longer than an order's term may lie back, so that a plan a minute old can still be bought.
constexpr Duration kCapacityMemory = seconds(120);
constexpr Duration kForgetEvery = seconds(60);

void retire(Context& context, ContractId id) {
    State& state = context.state;
    const OrderId order = state.contracts.at(id).order;
    const WorkloadId workload = state.contracts.order(order).workload;
    const bool order_went = state.contracts.retire(id);
    if (order_went && workload) state.tasks.retire(workload);
}

void fire_for_contract(Context& context, const Timer& timer) {
    const ContractId id{timer.subject};
    const contract::Contract* contract = context.state.contracts.find(id);
    if (contract == nullptr) return;
    switch (timer.kind) {
        case TimerKind::accept_deadline:
            if (contract->state == contract::State::ordered)
                close_contract(context, id, contract::CloseReason::supplier_accept_timeout);
            return;
        case TimerKind::term_start:
            if (contract->terms.is_by_plan()) return begin_by_plan(context, id);
            return assign_work(context, contract->order);
        case TimerKind::term_end:
            if (contract->terms.is_by_plan()) return end_by_plan_if_due(context, id);
            return close_contract(context, id, contract::CloseReason::term_ended);
        case TimerKind::period_close:
            return close_period_if_due(context, id);
        case TimerKind::contract_retire:
            return retire(context, id);
        case TimerKind::escrow_cover:
            return keep_covered(context, id);
        case TimerKind::runway_look:
            return look_if_due(context, id);
        case TimerKind::agent_revoked:
            return close_contract(context, id, contract::CloseReason::supplier_revoked);
        case TimerKind::attempt_report:
        case TimerKind::price_plan:
        case TimerKind::withdrawal_expires:
        case TimerKind::bill_due:
        case TimerKind::dispute_lapses:
        case TimerKind::change_lapses:
        case TimerKind::payment_answer:
        case TimerKind::fee_collect:
        case TimerKind::instructions_due:
        case TimerKind::arrears:
            return;
    }
}

void fire_for_attempt(Context& context, AttemptId id) {
    const task::Attempt* attempt = context.state.tasks.find_attempt(id);
    if (attempt == nullptr || attempt->report_by > context.now) return;
    end_attempt(context, id,
                {task::AttemptState::broken, 0, {}, "The agent did not report its end in time."});
}

/// How many others a timer counts for that rates usage, and each period that one closes.
constexpr std::uint32_t kRating = 20;

/// How many others a timer counts for at least, whatever comes of it.
std::uint32_t least_effort(const State& state, const Timer& timer) {
    if (timer.kind == TimerKind::period_close || timer.kind == TimerKind::escrow_cover ||
        timer.kind == TimerKind::runway_look)
        return kRating;
    if (timer.kind != TimerKind::term_end) return 1;
    const contract::Contract* contract = state.contracts.find(ContractId{timer.subject});
    return contract != nullptr && contract->terms.is_by_plan() ? kRating : 1;
}

void fire(Context& context, const Timer& timer) {
    switch (timer.kind) {
        case TimerKind::attempt_report:
            return fire_for_attempt(context, AttemptId{timer.subject});
        case TimerKind::price_plan:
            return put_plan_in_force(context, ProductId{timer.subject});
        case TimerKind::withdrawal_expires:
            return expire_withdrawal(context, WithdrawalId{timer.subject});
        case TimerKind::bill_due:
            return collect_bill(context, BillId{timer.subject});
        case TimerKind::payment_answer:
            return take_as_received(context, BillId{timer.subject});
        case TimerKind::fee_collect:
            return collect_fees(context, PartyId{timer.subject});
        case TimerKind::arrears:
            return collect_arrears(context, PartyId{timer.subject});
        case TimerKind::dispute_lapses:
            return lapse_dispute(context, DisputeId{timer.subject});
        case TimerKind::change_lapses:
            return lapse_change_order(context, ChangeOrderId{timer.subject});
        case TimerKind::instructions_due:
            return issue_daily_instructions(context);
        case TimerKind::accept_deadline:
        case TimerKind::term_start:
        case TimerKind::term_end:
        case TimerKind::contract_retire:
        case TimerKind::period_close:
        case TimerKind::escrow_cover:
        case TimerKind::runway_look:
        case TimerKind::agent_revoked:
            return fire_for_contract(context, timer);
    }
}

}  // namespace

Result<void> tick(Context& context, const v1::TickRequest&, v1::TickResponse& response) {
    std::uint32_t fired = 0;
    std::uint32_t effort = 0;
    while (effort < kTimersPerTick && context.state.timers.has_due(context.now)) {
        const Timer timer = context.state.timers.take();
        ++fired;
        const std::uint32_t least = least_effort(context.state, timer);
        const std::uint32_t closed_before = context.periods_closed;
        fire(context, timer);
        effort += std::max(least, kRating * (context.periods_closed - closed_before));
    }
    // Goes through all pools, so not with every tick.
    const Instant forgotten = context.now - kCapacityMemory;
    if (forgotten >= context.state.capacity.kept_from() + kForgetEvery)
        context.state.capacity.forget_before(forgotten);
    response.set_timers_fired(fired);
    return {};
}

}  // namespace penstock::exchange
