#include <algorithm>
#include <map>

#include "core/task/tasks.h"

namespace penstock::task {
namespace {

struct Counts {
    std::uint32_t waiting = 0, active = 0, succeeded = 0, failed = 0, cancelled = 0;
};

void count(Counts& counts, TaskState state) {
    switch (state) {
        case TaskState::waiting:
            ++counts.waiting;
            break;
        case TaskState::assigned:
        case TaskState::running:
            ++counts.active;
            break;
        case TaskState::succeeded:
            ++counts.succeeded;
            break;
        case TaskState::failed:
            ++counts.failed;
            break;
        case TaskState::cancelled:
            ++counts.cancelled;
            break;
    }
}

}  // namespace

std::vector<std::string> broken_invariants(const Tasks& tasks) {
    std::vector<std::string> broken;
    std::map<TaskId, std::uint32_t> leases;
    tasks.attempts().for_each([&](AttemptId id, const Attempt& attempt) {
        if (++leases[attempt.task] > 1)
            broken.push_back(attempt.task.text() + ": two attempts hold its lease");
        const Task* task = tasks.find_task(attempt.task);
        if (task == nullptr || task->last_attempt != id)
            broken.push_back(id.text() + ": its task does not know it");
        if (is_final(attempt.state)) broken.push_back(id.text() + ": has ended and still lives");
        const auto& held = tasks.attempts_of(attempt.agent);
        if (!std::ranges::binary_search(held, id))
            broken.push_back(id.text() + ": its agent does not know it");
    });
    std::map<WorkloadId, Counts> counts;
    tasks.tasks().for_each([&](TaskId id, const Task& task) {
        count(counts[task.workload], task.state);
        const bool leased = task.state == TaskState::assigned || task.state == TaskState::running;
        if (leased != leases.contains(id))
            broken.push_back(id.text() + ": its state and its lease disagree");
    });
    tasks.workloads().for_each([&](WorkloadId id, const Workload& workload) {
        const Counts& found = counts[id];
        if (found.waiting != workload.waiting.size() || found.active != workload.active ||
            found.succeeded != workload.succeeded || found.failed != workload.failed ||
            found.cancelled != workload.cancelled)
            broken.push_back(id.text() + ": its counts disagree with its tasks");
        if (workload.is_ended && (found.waiting > 0 || found.active > 0))
            broken.push_back(id.text() + ": ended with tasks that are not");
        if (workload.is_trial() != tasks.trials_of(workload.buyer).contains(id))
            broken.push_back(id.text() + ": its buyer's trials do not agree");
    });
    return broken;
}

}  // namespace penstock::task
