#include "core/task/tasks.h"

#include <utility>

#include "base/assert.h"
#include "core/task/error.h"

namespace penstock::task {
namespace {

const std::vector<AttemptId> kNoAttempts;
const std::set<WorkloadId> kNoTrials;

}  // namespace

WorkloadId Tasks::open(NewWorkload request) {
    Workload workload;
    workload.order = request.order;
    workload.buyer = request.buyer;
    workload.name = std::move(request.name);
    workload.spec = std::move(request.spec);
    workload.cpus = request.cpus;
    workload.max_attempts = request.max_attempts;
    workload.time_limit = request.time_limit;
    workload.job = request.job;
    workload.result_unit = std::move(request.result_unit);
    workload.quoted_per = request.quoted_per;
    workload.trial_seconds = request.trial_seconds;
    workload.inputs = std::move(request.inputs);
    workload.first_task = tasks_.next_id();
    workload.task_count = request.array_size;
    const PartyId buyer = workload.buyer;
    const auto [id, stored] = workloads_.add(std::move(workload));
    if (stored->is_trial()) trials_[buyer].insert(id);
    for (std::uint32_t index = 0; index < request.array_size; ++index) {
        Task task;
        task.workload = id;
        task.index = index;
        stored->waiting.insert(stored->waiting.end(), tasks_.add(std::move(task)).first);
    }
    return id;
}

void Tasks::index_trials() {
    trials_.clear();
    workloads_.for_each([&](WorkloadId id, const Workload& workload) {
        if (workload.is_trial()) trials_[workload.buyer].insert(id);
    });
}

Result<const Workload*> Tasks::require_workload(WorkloadId id) const {
    const Workload* workload = workloads_.find(id);
    if (workload == nullptr) return reject(kWorkloadNotFound, "workload");
    return workload;
}

Result<const Attempt*> Tasks::require_attempt(AttemptId id) const {
    const Attempt* attempt = attempts_.find(id);
    if (attempt != nullptr) return attempt;
    if (attempts_.was_issued(id)) return reject(kAttemptNotCurrent, "attempt");
    return reject(kAttemptNotFound, "attempt");
}

std::optional<TaskId> Tasks::next_waiting(WorkloadId id, ContractId on) const {
    const Workload& workload = workloads_.at(id);
    for (const TaskId task : workload.waiting) {
        if (tasks_.at(task).broken_on != on) return task;
    }
    if (workload.waiting.empty()) return std::nullopt;
    return *workload.waiting.begin();
}

AttemptId Tasks::assign(TaskId task_id, ContractId contract, AgentId agent, Instant now) {
    Task& task = tasks_.at(task_id);
    Workload& workload = workloads_.at(task.workload);
#ifndef PENSTOCK_CANARY_SECOND_LEASE  // Planted for the simulation alone: it still waits, too.
    PENSTOCK_ASSERT(task.state == TaskState::waiting && workload.waiting.erase(task_id) == 1);
#endif
    ++workload.active;
    task.state = TaskState::assigned;
    Attempt attempt;
    attempt.task = task_id;
    attempt.contract = contract;
    attempt.agent = agent;
    attempt.number = ++task.attempts;
    attempt.cores = workload.cpus;
    attempt.assigned_at = now;
    attempt.report_by = now + workload.time_limit + kTransferGrace;
    const AttemptId id = attempts_.add(std::move(attempt)).first;
    task.last_attempt = id;
    task.last_contract = contract;
    by_agent_[agent].push_back(id);  // Ids rise.
    return id;
}

void Tasks::start(AttemptId id, Instant now) {
    Attempt& attempt = attempts_.at(id);
    PENSTOCK_ASSERT(is_edge(attempt.state, AttemptState::running));
    attempt.state = AttemptState::running;
    attempt.started_at = now;
    Task& task = tasks_.at(attempt.task);
    task.state = TaskState::running;
    if (attempt.is_asked_to_stop) return;
    attempt.report_by = now + workloads_.at(task.workload).time_limit + kTransferGrace;
}

void Tasks::ask_to_stop(AttemptId id, Instant report_by) {
    Attempt& attempt = attempts_.at(id);
    attempt.is_asked_to_stop = true;
    attempt.report_by = std::min(attempt.report_by, report_by);
}

void Tasks::meter(AttemptId id, Metered metered) {
    attempts_.at(id).metered = metered;
}

Attempt Tasks::end(AttemptId id, End end) {
    Attempt attempt = std::move(attempts_.at(id));
    PENSTOCK_ASSERT(is_edge(attempt.state, end.state));
    attempts_.erase(id);
    PENSTOCK_ASSERT(std::erase(by_agent_.at(attempt.agent), id) == 1);

    Task& task = tasks_.at(attempt.task);
    Workload& workload = workloads_.at(task.workload);
    --workload.active;
    task.exit_code = end.exit_code;
    task.note = std::move(end.note);
    task.results = attempt.metered.results;
    if (end.state == AttemptState::succeeded) task.outputs = std::move(end.outputs);
    if (end.state == AttemptState::broken) task.broken_on = attempt.contract;
    requeue_or_finish(workload, attempt.task, task, end.state);
    attempt.state = end.state;
    return attempt;
}

void Tasks::requeue_or_finish(Workload& workload, TaskId id, Task& task, AttemptState ended) {
    task.failures += ended == AttemptState::failed;
    task.losses += ended == AttemptState::lost;
    task.breaks += ended == AttemptState::broken;
    if (ended == AttemptState::succeeded) {
        task.state = TaskState::succeeded;
        ++workload.succeeded;
    } else if (workload.is_cancelled) {
        task.state = TaskState::cancelled;
        ++workload.cancelled;
    } else if (task.failures >= workload.max_attempts || task.breaks >= kBrokenMax) {
        task.state = TaskState::failed;
        ++workload.failed;
    } else {
        task.state = TaskState::waiting;
        workload.waiting.insert(id);
        workload.reassigned += ended == AttemptState::lost;
    }
}

void Tasks::cancel_waiting(WorkloadId id) {
    Workload& workload = workloads_.at(id);
    workload.is_cancelled = true;
    for (const TaskId task : workload.waiting) tasks_.at(task).state = TaskState::cancelled;
    workload.cancelled += static_cast<std::uint32_t>(workload.waiting.size());
    workload.waiting.clear();
}

bool Tasks::close_if_finished(WorkloadId id) {
    Workload& workload = workloads_.at(id);
    if (workload.is_ended || workload.active > 0 || !workload.waiting.empty()) return false;
    workload.is_ended = true;
    return true;
}

void Tasks::retire(WorkloadId id) {
    const Workload& workload = workloads_.at(id);
    PENSTOCK_ASSERT(workload.is_ended);
    for (std::uint32_t i = 0; i < workload.task_count; ++i)
        tasks_.erase(TaskId{workload.first_task.value + i});
    if (workload.is_trial()) {
        std::set<WorkloadId>& trials = trials_.at(workload.buyer);
        trials.erase(id);
        if (trials.empty()) trials_.erase(workload.buyer);
    }
    workloads_.erase(id);
}

const std::set<WorkloadId>& Tasks::trials_of(PartyId buyer) const {
    const auto found = trials_.find(buyer);
    return found == trials_.end() ? kNoTrials : found->second;
}

const std::vector<AttemptId>& Tasks::attempts_of(AgentId agent) const {
    const auto found = by_agent_.find(agent);
    return found == by_agent_.end() ? kNoAttempts : found->second;
}

std::vector<AttemptId> Tasks::attempts_on(AgentId agent, ContractId contract) const {
    std::vector<AttemptId> found;
    for (const AttemptId id : attempts_of(agent)) {
        if (attempts_.at(id).contract == contract) found.push_back(id);
    }
    return found;
}

}  // namespace penstock::task
