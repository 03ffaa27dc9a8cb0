#include "core/exchange/work.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/exchange/emit.h"
#include "core/exchange/settle.h"

namespace penstock::exchange {
namespace {

bool may_take_work(const State& state, const contract::Contract& contract, Instant now) {
    if (contract.state != contract::State::active || !contract.terms.term.contains(now) ||
        contract.terms.is_by_plan())
        return false;
    const party::Agent& agent = state.directory.agent(contract.terms.agent);
    return agent.live && !agent.revoked;
}

void assign_to(Context& context, WorkloadId workload, ContractId contract_id) {
    State& state = context.state;
    const contract::Contract& contract = state.contracts.at(contract_id);
    const std::uint32_t cpus = state.tasks.workload(workload).cpus;
    while (contract.cores_busy + cpus <= contract.terms.cores) {
        const auto task = state.tasks.next_waiting(workload, contract_id);
        if (!task) return;
        const AttemptId id =
            state.tasks.assign(*task, contract_id, contract.terms.agent, context.now);
        state.contracts.occupy(contract_id, cpus);
        const task::Attempt& attempt = state.tasks.attempt(id);
        state.timers.set(attempt.report_by, TimerKind::attempt_report, id.value);
        emit_attempt(context, id, attempt, {});
        touch_desk(state, contract.terms.agent);
    }
}

void ask_to_stop(Context& context, AttemptId id) {
    State& state = context.state;
    state.tasks.ask_to_stop(id, context.now + task::kReportGrace);
    const task::Attempt& attempt = state.tasks.attempt(id);
    state.timers.set(attempt.report_by, TimerKind::attempt_report, id.value);
    touch_desk(state, attempt.agent);
}

}  // namespace

void touch_desk(State& state, AgentId agent) {
    const auto desk = state.desks.find(agent);
    if (desk != state.desks.end()) ++desk->second.version;
}

void assign_work(Context& context, OrderId order_id) {
    const contract::Order* order = context.state.contracts.find_order(order_id);
    if (order == nullptr || !order->workload) return;
    const WorkloadId workload = order->workload;
    for (const ContractId contract : order->contracts) {
        if (may_take_work(context.state, context.state.contracts.at(contract), context.now))
            assign_to(context, workload, contract);
    }
}

void end_attempt(Context& context, AttemptId id, task::Tasks::End end) {
    State& state = context.state;
    const task::Attempt attempt = state.tasks.end(id, std::move(end));
    state.contracts.vacate(attempt.contract, attempt.cores);
    touch_desk(state, attempt.agent);
    emit_attempt(context, id, attempt, state.tasks.task(attempt.task).note);
    const WorkloadId workload = state.tasks.task(attempt.task).workload;
    const OrderId order = state.contracts.at(attempt.contract).order;
    settle_if_idle(context, attempt.contract);
    abandon_work_without_contracts(context, order);
    finish_workload(context, workload, contract::CloseReason::work_completed);
    assign_work(context, order);
}

std::uint32_t lose_attempts(Context& context, AgentId agent, std::string_view note) {
    const std::vector<AttemptId> held = context.state.tasks.attempts_of(agent);
    for (const AttemptId id : held)
        end_attempt(context, id, {task::AttemptState::lost, 0, {}, std::string(note)});
    return static_cast<std::uint32_t>(held.size());
}

void stop_attempts_on(Context& context, ContractId contract) {
    const AgentId agent = context.state.contracts.at(contract).terms.agent;
    for (const AttemptId id : context.state.tasks.attempts_on(agent, contract))
        ask_to_stop(context, id);
}

void stop_attempts_of(Context& context, WorkloadId workload) {
    const OrderId order = context.state.tasks.workload(workload).order;
    const std::vector<ContractId> contracts = context.state.contracts.order(order).contracts;
    for (const ContractId contract : contracts) stop_attempts_on(context, contract);
}

void finish_workload(Context& context, WorkloadId id, contract::CloseReason reason) {
    State& state = context.state;
    if (!state.tasks.close_if_finished(id)) return;
    emit_workload(context, id);
    const OrderId order = state.tasks.workload(id).order;
    const std::vector<ContractId> contracts = state.contracts.order(order).contracts;
    // What was bought by plan lasts for its term, whatever runs beside it.
    for (const ContractId contract : contracts) {
        if (!state.contracts.at(contract).terms.is_by_plan())
            close_contract(context, contract, reason);
    }
}

void abandon_work_without_contracts(Context& context, OrderId order_id) {
    State& state = context.state;
    const contract::Order& order = state.contracts.order(order_id);
    if (!order.workload || state.tasks.workload(order.workload).is_ended) return;
    const bool any_left = std::ranges::any_of(order.contracts, [&](ContractId id) {
        const contract::State now = state.contracts.at(id).state;
        if (state.contracts.at(id).terms.is_by_plan()) return false;
        return now == contract::State::ordered || now == contract::State::active;
    });
    if (any_left) return;
    state.tasks.cancel_waiting(order.workload);
    finish_workload(context, order.workload, contract::CloseReason::term_ended);
}

}  // namespace penstock::exchange
