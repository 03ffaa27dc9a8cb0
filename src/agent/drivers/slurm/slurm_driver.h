#pragma once

#include <atomic>
#include <memory>
#include <stop_token>

#include "agent/driver.h"
#include "agent/drivers/slurm/control.h"
#include "agent/drivers/slurm/job_board.h"
#include "agent/measure/measure.h"
#include "agent/sandbox/attempt_folder.h"

namespace penstock::agent {

/// Runs attempts as jobs of a Slurm cluster, one for each, as this process's own user. Slurm
/// chooses node and cores, and its word on the end is the last; on the node a shim keeps the
/// attempt's lease, sandbox, log and times in the attempt's folder, which stands on a file system
/// that all nodes share.
class SlurmDriver : public Driver {
  public:
    struct Options {
        std::string attempts;  ///< Absolute; where the attempts' folders stand, for all nodes.
        std::string scope;     ///< Tells this agent's jobs from another's.
        std::vector<std::string> shim;  ///< As the nodes have it: program and first arguments.
        std::string partition, account, qos;  ///< Empty for the cluster's defaults.
        std::uint32_t cores = 0;              ///< That the pool offers.
        std::uint64_t memory_bytes = 0;       ///< That the pool offers.
        bool allows_network = false;          ///< Tasks that ask for it share the node's network.
        bool limits_tasks = false;            ///< Slurm keeps tasks within their cores and memory.
        std::int64_t patience_seconds = 600;  ///< So long a job may wait for its place.
        std::uint64_t log_size_max = 16U << 20;
        std::uint64_t file_size_max = 16ULL << 30;
    };

    /// A cluster that is away, or has less to give, is only warned about: jobs may run on it.
    /// @retval kBadOption  This is root, or a path is one that no job script can hold.
    static Result<std::unique_ptr<SlurmDriver>> create(Options options,
                                                       std::unique_ptr<slurm::Control> control);

    const Capabilities& capabilities() const override { return capabilities_; }
    /// What the pool offers; how much of it is up, Slurm knows.
    Result<Capacity> capacity() override;
    Result<void> prepare(const AttemptSpec& spec) override;
    Result<Handle> start(const AttemptSpec& spec, std::int64_t lease_deadline_ns) override;
    Result<void> renew(const Handle& handle, std::int64_t lease_deadline_ns) override;
    Result<Observation> observe(const Handle& handle) override;
    Result<LogPiece> logs(const Handle& handle, std::uint64_t offset,
                          std::size_t size_max) override;
    Result<void> stop(const Handle& handle) override;
    Result<UsageSample> usage(const Handle& handle) override;
    std::string working_folder(const Handle& handle) const override;
    Result<Handle> recover(const std::string& handle_text) override;
    Result<void> remove(const Handle& handle) override;
    Result<void> end_orphans() override;

    /// Measures the pool by jobs of as many cores as each node gives; what they reach is added up.
    /// Waits for room in the cluster, an hour at most, or until `stop`.
    /// @param program  `penstock measure`, as the nodes have it.
    /// @retval kMeasurementFailed, kEngineRefused, kEngineUnreachable
    Result<v1::ProfileStatement> measure(const std::vector<std::string>& program,
                                         Thoroughness thoroughness, const std::stop_token& stop);

  private:
    SlurmDriver(Options options, std::unique_ptr<slurm::Control> control);
    std::string prefix() const { return "penstock-" + options_.scope + '-'; }
    std::string script_of(const std::string& folder) const;
    /// The partition's nodes that are up, the largest first.
    Result<std::vector<slurm::Node>> nodes();
    /// The attempt's job; empty when Slurm does not know it.
    Result<std::optional<slurm::Job>> job_in(const std::string& folder,
                                             const slurm::JobBoard::Jobs& jobs) const;
    Result<Observation> observe_waiting(const std::string& folder, const slurm::Job& job,
                                        const Observation& told);
    Result<Observation> observe_running(const std::string& folder, const slurm::Job& job,
                                        Observation told);
    Result<v1::ProfileStatement> run_measurement(const std::vector<std::string>& program,
                                                 Thoroughness thoroughness,
                                                 const std::stop_token& stop,
                                                 std::vector<std::uint64_t>& ids);

    Options options_;
    std::unique_ptr<slurm::Control> control_;
    slurm::JobBoard board_;
    Capabilities capabilities_;
    std::atomic<bool> is_measuring_ = false;
};

}  // namespace penstock::agent
