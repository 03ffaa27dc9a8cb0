#pragma once

#include <cstdint>
#include <string_view>

#include "core/exchange/context.h"

namespace penstock::exchange {

/// The agent's work has changed: a waiting long poll is to be answered.
void touch_desk(State& state, AgentId agent);

/// Gives waiting tasks of the order's workload to its active contracts, as far as cores are free,
/// terms have begun and agents are live.
void assign_work(Context& context, OrderId order);

/// Ends an attempt and does all that follows: frees its cores, finishes or requeues its task, and
/// settles or ends what was waiting for it.
void end_attempt(Context& context, AttemptId id, task::Tasks::End end);

/// Every attempt of the agent is lost. Returns how many there were.
std::uint32_t lose_attempts(Context& context, AgentId agent, std::string_view note);

/// Asks for the end of all attempts on a contract, or of a workload.
void stop_attempts_on(Context& context, ContractId contract);
void stop_attempts_of(Context& context, WorkloadId workload);

/// When all tasks of the workload are final: says so, and closes the order's contracts.
void finish_workload(Context& context, WorkloadId id, contract::CloseReason reason);

/// When no contract of the order can take work any more, its waiting tasks are cancelled.
void abandon_work_without_contracts(Context& context, OrderId order);

}  // namespace penstock::exchange
