#pragma once

#include "agent/drivers/slurm/control.h"

namespace penstock::agent::slurm {

/// Slurm through its commands (sbatch, squeue, scancel, sinfo): for clusters without slurmrestd,
/// and while it is down. They find the cluster by this process's own SLURM_CONF.
class CommandControl : public Control {
  public:
    Result<std::uint64_t> submit(const JobRequest& request) override;
    Result<std::vector<Job>> jobs() override;
    Result<void> cancel(std::uint64_t id) override;
    Result<std::vector<Node>> nodes() override;
};

/// What the commands print, read.
/// @retval kEngineUnreachable  It is no such text.
Result<std::uint64_t> read_sbatch(const std::string& text);
/// Whether sbatch says that this job will never be taken; anything else may pass.
bool is_refusal_of_sbatch(const std::string& text);
Result<std::vector<Job>> read_squeue(const std::string& text);
Result<std::vector<Node>> read_sinfo(const std::string& text);

}  // namespace penstock::agent::slurm
