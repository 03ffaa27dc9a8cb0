#pragma once

#include <string>
#include <vector>

#include "agent/driver.h"
#include "agent/sandbox/attempt_folder.h"

namespace penstock::agent {

/// Runs attempts on this machine, each in a bubblewrap sandbox and a control group of its own,
/// kept by a shim that outlives the agent. An attempt's handle is the path of its folder.
class HostDriver : public Driver {
  public:
    /// What to do where the machine gives no control groups.
    enum class Unlimited : bool { refused, allowed };
    /// What to do with a task that asks for the network; it would be the host's own, loopback
    /// included.
    enum class Network : bool { refused, granted };
    struct Options {
        std::vector<std::uint32_t> cpu_ids;  ///< The pool's cores.
        std::uint64_t memory_bytes = 0;      ///< The pool's memory.
        std::string scope;                   ///< Tells this agent's groups from another's.
        std::vector<std::string> shim;       ///< Program and first arguments; the folder follows.
        Unlimited unlimited = Unlimited::refused;
        Network network = Network::refused;
        std::string cgroup_mount = "/sys/fs/cgroup";
        std::uint32_t processes_max = 1024;  ///< Of one task.
        std::uint64_t log_size_max = 16U << 20;
        std::uint64_t file_size_max = 16ULL << 30;
        std::uint32_t first_user =
            900'000;  ///< As root: tasks run as this user + their first core.
    };

    /// @retval kBadOption  The pool names no cores, or cores that this process may not use.
    /// @retval kNoLimits   The machine cannot limit tasks, and that is refused.
    static Result<HostDriver> create(Options options);

    const Capabilities& capabilities() const override { return capabilities_; }
    Result<Capacity> capacity() override;
    /// @retval kBadText    A text of the workload holds a zero byte.
    /// @retval kNoNetwork  It asks for the network, which is refused.
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

  private:
    HostDriver(Options options, CgroupVersion version);
    Keeping keeping_of(const AttemptSpec& spec) const;
    Result<void> run_shim(const std::string& folder) const;

    Options options_;
    CgroupVersion version_;
    Capabilities capabilities_;
};

}  // namespace penstock::agent
