#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "agent/drivers/slurm/control.h"

namespace penstock::agent::slurm {

/// The jobs of one agent, as Slurm shows them: one look for all who ask at the same time, whatever
/// their number, and not one every time where Slurm is away.
class JobBoard {
  public:
    using Jobs = std::map<std::uint64_t, Job>;  ///< By id.

    /// @param prefix  With which the names of the agent's jobs begin; its user is this process's.
    JobBoard(Control& control, std::string prefix);

    /// Jobs as they were half a second ago, or later.
    /// @retval kEngineUnreachable  Also for two seconds after it was.
    Result<Jobs> recent();
    /// Jobs as a look shows them that began after this was called.
    Result<Jobs> now();

    /// Ends a job, at most every five seconds.
    Result<void> cancel(std::uint64_t id);

  private:
    Result<Jobs> seen_since(std::int64_t moment_ns);

    Control& control_;
    std::string prefix_;
    std::string user_;
    std::mutex mutex_;
    Jobs jobs_;
    std::int64_t looked_at_ns_ = 0;  ///< CLOCK_BOOTTIME, when the last look began.
    std::optional<Error> trouble_;   ///< That the last look met.
    std::map<std::uint64_t, std::int64_t> cancelled_at_ns_;
};

}  // namespace penstock::agent::slurm
