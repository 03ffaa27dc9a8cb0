#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "agent/driver.h"
#include "agent/drivers/slurm/control.h"
#include "agent/measure/measure.h"
#include "agent/sandbox/attempt_folder.h"

namespace penstock::agent {

/// Runs attempts as jobs of a Slurm cluster, one for each. Slurm chooses node and cores, and its
/// word on the end is the last; on the node a shim keeps the attempt's lease, sandbox, log and
/// times in the attempt's folder, which stands on a file system that all nodes share.
class SlurmDriver : public Driver {
  public:
    struct Options {
        std::string attempts;  ///< Absolute; where the attempts' folders stand, for all nodes.
        std::string user;   ///< Whose jobs they are. Root's agent gives the folders to this user.
        std::string scope;  ///< Tells this agent's jobs from another's.
        std::vector<std::string> shim;  ///< As the nodes have it: program and first arguments.
        std::string partition, account, qos;  ///< Empty for the cluster's defaults.
        std::uint32_t cores = 0;              ///< That the pool offers.
        std::uint64_t memory_bytes = 0;       ///< That the pool offers.
        bool allows_network = false;          ///< Tasks that ask for it share the node's network.
        bool limits_tasks = false;            ///< Slurm keeps tasks within their cores and memory.
        std::uint64_t log_size_max = 16U << 20;
        std::uint64_t file_size_max = 16ULL << 30;
    };

    /// @retval kBadOption          A path or name that no job script can hold, or no such user.
    /// @retval kEngineUnreachable  Nothing is known of the cluster.
    static Result<std::unique_ptr<SlurmDriver>> create(Options options,
                                                       std::unique_ptr<slurm::Control> control);

    const Capabilities& capabilities() const override { return capabilities_; }
    /// What is offered, and not more than the nodes of the partition that are up have.
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

    /// Measures the pool by jobs on its nodes, each of as many cores as a node gives, all at once;
    /// what they reach is added up. Waits for room in the cluster, an hour at most, or until
    /// `stop`.
    /// @param program  `penstock measure`, as the nodes have it.
    /// @retval kMeasurementFailed, kEngineRefused, kEngineUnreachable
    Result<v1::ProfileStatement> measure(const std::vector<std::string>& program,
                                         Thoroughness thoroughness, std::stop_token stop);

  private:
    SlurmDriver(Options options, std::unique_ptr<slurm::Control> control, std::uint32_t user,
                std::uint32_t group);
    std::string job_name(const std::string& folder) const;
    /// The partition's nodes that are up.
    Result<std::vector<slurm::Node>> nodes();
    Result<std::uint32_t> cores_of_largest_node();
    /// Gives all below a folder to the jobs' user, where this is root's agent.
    Result<void> give_to_jobs(const std::string& folder) const;
    std::string script_of(const std::string& folder) const;
    enum class Freshness : std::uint8_t { recent, now };
    /// The jobs of this agent, by id.
    Result<std::map<std::uint64_t, slurm::Job>> jobs(Freshness freshness);
    /// The attempt's job; empty when Slurm does not know it.
    Result<std::optional<slurm::Job>> job_of(const std::string& folder, Freshness freshness);
    Result<Observation> end_of(const std::string& folder, const slurm::Job& job) const;

    Options options_;
    std::unique_ptr<slurm::Control> control_;
    std::uint32_t user_;
    std::uint32_t group_;
    Capabilities capabilities_;

    std::mutex mutex_;
    std::map<std::uint64_t, slurm::Job> jobs_;  ///< As looked at last.
    std::int64_t looked_at_ns_ = 0;             ///< CLOCK_BOOTTIME.
};

}  // namespace penstock::agent
