#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::agent::slurm {

/// What a job has come to, from Slurm's many words for it.
enum class JobState : std::uint8_t {
    pending,    ///< It waits, or its node is being made ready.
    running,    ///< Processes of it may be alive: running, completing, stopped.
    suspended,  ///< Its processes stand still, its shim's too.
    done,       ///< Its script ended by itself, whatever the code.
    cancelled,  ///< Somebody ended it.
    timed_out,
    out_of_memory,
    preempted,
    node_failed,
};

inline bool has_ended(JobState state) {
    return state > JobState::suspended;
}

/// The state that Slurm calls by this name, in capitals; what is unknown counts as running, since
/// nothing is then taken for ended that is not.
JobState job_state(const std::string& name);

/// The name of this process's user: whose jobs are ours.
std::string own_user();

struct Job {
    std::uint64_t id = 0;
    std::string name{};
    std::string user{};  ///< Whose it is.
    JobState state = JobState::pending;
    std::string state_name{};   ///< As Slurm has it.
    std::string reason{};       ///< Why it waits, or ended so.
    std::string nodes{};        ///< Where it runs or ran.
    std::int64_t start_at = 0;  ///< UTC, seconds; 0 when not known.
    std::int64_t end_at = 0;    ///< UTC, seconds; 0 when not known. Of a running job, by its limit.
};

/// Whether it waits for a person to release it: the cluster's operator held it, or Slurm did, when
/// it could not launch it.
bool is_held(const Job& job);

struct Node {
    std::string name;
    std::uint32_t cores = 0;
    std::uint64_t memory_bytes = 0;
    bool is_up = false;  ///< Jobs may be placed there: neither down, drained nor failing.
    std::vector<std::string> partitions;
};

/// A job of one task.
struct JobRequest {
    std::string name;
    std::string partition{}, account{}, qos{};  ///< Empty for the cluster's defaults.
    std::uint32_t cores = 1;
    std::uint64_t memory_bytes = 0;
    std::uint32_t minutes_max = 1;
    std::string folder{};  ///< Where it starts.
    std::string output{};  ///< What the script itself writes.
    std::string script{};
};

/// The port to Slurm's controller. Safe to call from several threads.
/// @retval kEngineUnreachable  Nobody knows whether it was done.
/// @retval kEngineRefused      It was not done, nor will it be.
class Control {
  public:
    virtual ~Control() = default;
    /// @return The job's id.
    virtual Result<std::uint64_t> submit(const JobRequest& request) = 0;
    /// All jobs of the cluster that the controller still knows.
    virtual Result<std::vector<Job>> jobs() = 0;
    /// Ends it; one that has ended, or is not known, is no error.
    /// @retval kEngineRefused  It is not ours to end.
    virtual Result<void> cancel(std::uint64_t id) = 0;
    virtual Result<std::vector<Node>> nodes() = 0;
};

}  // namespace penstock::agent::slurm
