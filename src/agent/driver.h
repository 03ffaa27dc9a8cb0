#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/observation.h"
#include "base/error.h"
#include "penstock/v1/task.pb.h"

namespace penstock::agent {

/// What a driver can do, as data: the agent asks before it relies on any of it.
struct Capabilities {
    std::string name;               ///< For instance "host".
    bool limits_cpus = false;       ///< A task cannot use more than its cores.
    bool limits_memory = false;     ///< A task that exceeds its memory is killed.
    bool limits_processes = false;  ///< A task cannot fill the process table.
    bool isolates_network = false;  ///< A task has no network unless granted.
    bool measures_usage = false;    ///< usage() is more than the time allocated.
    bool survives_agent = false;    ///< recover() finds tasks again after the agent's restart.
    bool queues = false;            ///< A started attempt may wait for the engine before it runs.
};

/// What the driver may hand out at most.
struct Capacity {
    std::uint32_t cores = 0;
    /// Operating-system numbers of all of them, ascending, of which the agent gives each attempt
    /// its own; empty where the engine chooses.
    std::vector<std::uint32_t> cpu_ids;
    std::uint64_t memory_bytes = 0;
};

/// An input that is already on this machine.
struct InputFile {
    std::string path;    ///< Where it stands, relative to the task's working folder.
    std::string source;  ///< Absolute path of its content; stays unchanged, is copied.
    bool executable = false;
};

/// An attempt's id names folders and jobs, so it is looked at before it does.
inline bool is_attempt_id(std::string_view id) {
    return id.size() > 4 && id.size() < 32 && id.starts_with("att_") &&
           id.find_first_not_of("0123456789", 4) == std::string_view::npos;
}

/// All that a driver needs to run one attempt.
struct AttemptSpec {
    std::string attempt;       ///< att_…; unique for ever.
    std::uint32_t number = 1;  ///< 1 for a task's first attempt.
    std::uint32_t index = 0;   ///< Of the task in its array.
    v1::WorkloadSpec workload;
    std::uint32_t cores = 0;
    std::vector<std::uint32_t> cpu_ids;  ///< Those that are this attempt's alone; see Capacity.
    std::uint64_t memory_bytes = 0;
    std::vector<InputFile> inputs;
    std::string folder;  ///< Absolute; the attempt's own, kept by the agent.
};

/// Names a started attempt. Its text is persisted, so that a restarted agent finds it again.
struct Handle {
    std::string text;
    bool operator==(const Handle&) const = default;
};

/// A piece of a task's log: standard output and standard error in the order they were written.
struct LogPiece {
    std::string text;
    std::uint64_t next_offset = 0;
    bool is_cut = false;  ///< The log is at its limit: what the task writes after it is not kept.
};

/// Runs attempts on one engine: a plain host, Slurm, Kubernetes, a cloud.
///
/// The agent calls a driver from several threads; for one attempt, only renew() and stop() may come
/// beside another call.
/// Every call returns soon (a second or so); whatever takes long is observed, not awaited. Calls
/// are level-triggered: repeating one changes nothing.
class Driver {
  public:
    virtual ~Driver() = default;

    virtual const Capabilities& capabilities() const = 0;

    /// What this engine offers to the exchange.
    virtual Result<Capacity> capacity() = 0;

    /// Lays out the attempt's folder with its inputs. Safe to repeat until start().
    /// @retval kBadPath    An input would stand outside the working folder.
    /// @retval kFileFault  The disk refused; the folder is left for remove().
    virtual Result<void> prepare(const AttemptSpec& spec) = 0;

    /// Starts the attempt and returns when the buyer's program runs or, with an engine that queues,
    /// when the engine has taken it. The engine ends it by itself (`time_limit`) when the
    /// workload's trial_seconds or max_task_seconds are over.
    /// @param lease_deadline_ns  CLOCK_BOOTTIME; the engine kills the task then unless renewed, and
    ///                           begins none whose lease has ended.
    /// @return The handle. When the attempt was already started, the handle it has.
    /// @retval kSandboxFailed, kEngineRefused  Nothing runs, nor ever will; observe() says
    ///                                         `start_failed`.
    /// @retval kEngineUnreachable  Nobody knows; repeat it.
    virtual Result<Handle> start(const AttemptSpec& spec, std::int64_t lease_deadline_ns) = 0;

    /// Moves the end of the attempt's lease. An earlier deadline than the last is kept as asked.
    virtual Result<void> renew(const Handle& handle, std::int64_t lease_deadline_ns) = 0;

    /// @retval kEngineUnreachable  Nothing new is known; the attempt may go on all the same.
    virtual Result<Observation> observe(const Handle& handle) = 0;

    /// The log from `offset`, at most `size_max` bytes; empty when nothing new was written.
    virtual Result<LogPiece> logs(const Handle& handle, std::uint64_t offset,
                                  std::size_t size_max) = 0;

    /// Asks for the end of the task, at once and as a whole. It has ended when observe() says so.
    virtual Result<void> stop(const Handle& handle) = 0;

    virtual Result<UsageSample> usage(const Handle& handle) = 0;

    /// Where the task's working folder can be read on this machine, for gathering its outputs.
    virtual std::string working_folder(const Handle& handle) const = 0;

    /// Finds an attempt that an earlier agent started, by the text of its handle. Cleans up what a
    /// killed shim left behind, so that observe() tells the truth afterwards.
    /// @return The handle, also when the attempt has ended or never ran: observe() says which.
    virtual Result<Handle> recover(const std::string& handle_text) = 0;

    /// Frees everything of an ended attempt but its folder. Refused while it runs.
    virtual Result<void> remove(const Handle& handle) = 0;

    /// Ends what the engine runs for this agent and no attempt's folder answers for: an earlier
    /// agent died between asking for it and remembering it. Called every now and then.
    virtual Result<void> end_orphans() { return {}; }
};

}  // namespace penstock::agent
