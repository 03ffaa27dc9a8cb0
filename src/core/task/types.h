#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"
#include "core/task/states.h"

namespace penstock::task {

/// A task that this many suppliers could not run is given up.
inline constexpr std::uint32_t kBrokenMax = 5;
/// An attempt that was asked to stop has this long to report.
inline constexpr Duration kReportGrace = seconds(60);
/// Beside its time limit an attempt has this long to fetch its inputs, and again to hand in its
/// outputs.
inline constexpr Duration kTransferGrace = seconds(900);

struct Output {
    std::string path;
    std::string digest;
    std::uint64_t size_bytes = 0;

    template <class Archive>
    void visit(Archive& archive) {
        archive(path, digest, size_bytes);
    }
};

struct Workload {
    OrderId order;
    PartyId buyer;
    std::string name;
    std::string spec;  ///< v1::WorkloadSpec, serialised, for the agents.
    std::uint32_t cpus = 0;
    std::uint32_t max_attempts = 1;
    Duration time_limit;
    Digest job{};             ///< Of what of the specification makes two workloads the same job.
    std::string result_unit;  ///< Its name; empty: no results are counted.
    std::uint64_t quoted_per = 1;
    std::uint32_t trial_seconds = 0;  ///< Above zero: a trial, whose tasks run so long.
    std::set<std::string> inputs;     ///< Digests of the files that its tasks read.
    TaskId first_task;                ///< Tasks are numbered on from here.
    std::uint32_t task_count = 0;
    std::set<TaskId> waiting;
    std::uint32_t active = 0;  ///< Assigned or running.
    std::uint32_t succeeded = 0;
    std::uint32_t failed = 0;
    std::uint32_t cancelled = 0;
    std::uint32_t reassigned = 0;
    bool is_cancelled = false;
    bool is_ended = false;

    bool is_trial() const { return trial_seconds > 0; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(order, buyer, name, spec, cpus, max_attempts, time_limit, job, result_unit,
                quoted_per, trial_seconds, inputs, first_task, task_count, waiting, active,
                succeeded, failed, cancelled, reassigned, is_cancelled, is_ended);
    }
};

struct Task {
    WorkloadId workload;
    std::uint32_t index = 0;
    TaskState state = TaskState::waiting;
    std::uint32_t attempts = 0;
    std::uint32_t failures = 0;
    std::uint32_t losses = 0;
    std::uint32_t breaks = 0;
    AttemptId last_attempt;  ///< The one that holds the lease while assigned or running.
    ContractId last_contract;
    ContractId broken_on;  ///< Tried elsewhere first, where there is an elsewhere.
    std::int32_t exit_code = 0;
    std::string note;           ///< Why the last attempt that ended did, as its agent says.
    std::uint64_t results = 0;  ///< Of the last attempt.
    std::vector<Output> outputs;

    template <class Archive>
    void visit(Archive& archive) {
        archive(workload, index, state, attempts, failures, losses, breaks, last_attempt,
                last_contract, broken_on, exit_code, note, results, outputs);
    }
};

/// What a usage record says of an attempt, since it started.
struct Metered {
    Duration wall;
    Duration cpu;
    std::uint64_t memory_peak_bytes = 0;  ///< 0 when not known.
    std::uint64_t results = 0;
    Duration results_wall;            ///< `wall` when the last of them was seen.
    bool results_incomplete = false;  ///< There may be more.

    template <class Archive>
    void visit(Archive& archive) {
        archive(wall, cpu, memory_peak_bytes, results, results_wall, results_incomplete);
    }
};

/// Lives while it holds the lease of its task; erased when it ends.
struct Attempt {
    TaskId task;
    ContractId contract;
    AgentId agent;
    std::uint32_t number = 1;
    std::uint32_t cores = 0;
    AttemptState state = AttemptState::assigned;
    bool is_asked_to_stop = false;
    Instant assigned_at;
    Instant report_by;   ///< Broken when nothing is heard until then.
    Instant started_at;  ///< Its agent told then that it runs; 0 until it does.
    Metered metered;     ///< From the latest accepted usage record.

    template <class Archive>
    void visit(Archive& archive) {
        archive(task, contract, agent, number, cores, state, is_asked_to_stop, assigned_at,
                report_by, started_at, metered);
    }
};

}  // namespace penstock::task
