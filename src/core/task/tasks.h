#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id_map.h"
#include "base/id_table.h"
#include "core/task/types.h"

namespace penstock::task {

/// What a workload is opened with; checked before.
struct NewWorkload {
    OrderId order;
    PartyId buyer;
    std::string name;
    std::string spec;
    std::uint32_t cpus = 1;
    std::uint32_t array_size = 1;
    std::uint32_t max_attempts = 1;
    Duration time_limit;
    Digest job{};
    std::string result_unit;
    std::uint64_t quoted_per = 1;
    std::uint32_t trial_seconds = 0;  ///< Above zero: a trial, whose tasks run so long.
    std::set<std::string> inputs;
};

/// Workloads, their tasks, and the attempts that hold their leases: at most one for each task.
class Tasks {
  public:
    WorkloadId open(NewWorkload workload);

    const Workload* find_workload(WorkloadId id) const { return workloads_.find(id); }
    const Task* find_task(TaskId id) const { return tasks_.find(id); }
    const Attempt* find_attempt(AttemptId id) const { return attempts_.find(id); }
    const Workload& workload(WorkloadId id) const { return workloads_.at(id); }
    const Task& task(TaskId id) const { return tasks_.at(id); }
    const Attempt& attempt(AttemptId id) const { return attempts_.at(id); }
    /// @retval WORKLOAD_NOT_FOUND
    Result<const Workload*> require_workload(WorkloadId id) const;
    /// The attempt, if it still holds its lease.
    /// @retval ATTEMPT_NOT_FOUND    No attempt ever had this id.
    /// @retval ATTEMPT_NOT_CURRENT  It has ended, or lost its lease.
    Result<const Attempt*> require_attempt(AttemptId id) const;

    /// The waiting task of the workload that should run next on this contract: the lowest number,
    /// those that broke on this very contract last.
    std::optional<TaskId> next_waiting(WorkloadId id, ContractId on) const;

    /// Gives the lease of a waiting task to a new attempt.
    AttemptId assign(TaskId task, ContractId contract, AgentId agent, Instant now);
    /// Its time limit counts from here.
    void start(AttemptId id, Instant now);
    void ask_to_stop(AttemptId id, Instant report_by);
    void meter(AttemptId id, Metered metered);

    struct End {
        AttemptState state = AttemptState::lost;
        std::int32_t exit_code = 0;
        std::vector<Output> outputs;  ///< Kept when it succeeded.
        std::string note{};           ///< Why, for people.
    };
    /// Ends an attempt, which is erased, and moves its task: succeeded, failed, cancelled, or back
    /// to waiting. Returns the attempt as it was.
    /// @pre The table of states has the edge.
    Attempt end(AttemptId id, End end);

    /// No task starts any more; those that wait are cancelled.
    void cancel_waiting(WorkloadId id);

    /// Sets the workload ended when all its tasks are final; true when that happened just now.
    bool close_if_finished(WorkloadId id);
    /// Forgets an ended workload and its tasks.
    void retire(WorkloadId id);

    /// Attempts that hold leases by an agent, in the order of their ids.
    const std::vector<AttemptId>& attempts_of(AgentId agent) const;
    /// Those of them that run on a contract. O(attempts of the agent).
    std::vector<AttemptId> attempts_on(AgentId agent, ContractId contract) const;

    /// The buyer's trials that are kept.
    const std::set<WorkloadId>& trials_of(PartyId buyer) const;

    const IdTable<WorkloadId, Workload>& workloads() const { return workloads_; }
    const IdTable<TaskId, Task>& tasks() const { return tasks_; }
    const IdTable<AttemptId, Attempt>& attempts() const { return attempts_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(workloads_, tasks_, attempts_, by_agent_);
        if constexpr (Archive::kReads) index_trials();
    }

  private:
    void index_trials();
    void requeue_or_finish(Workload& workload, TaskId id, Task& task, AttemptState ended);

    IdTable<WorkloadId, Workload> workloads_;
    IdTable<TaskId, Task> tasks_;
    IdTable<AttemptId, Attempt> attempts_;
    IdMap<AgentId, std::vector<AttemptId>> by_agent_;  ///< Each in the order of ids.
    std::map<PartyId, std::set<WorkloadId>> trials_;   ///< Of each buyer who has some.
};

/// At most one attempt holds the lease of a task; the counts agree with the states.
std::vector<std::string> broken_invariants(const Tasks& tasks);

}  // namespace penstock::task
