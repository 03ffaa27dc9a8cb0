#pragma once

#include <memory>

#include "agent/drivers/slurm/control.h"

namespace penstock::agent::slurm {

/// Asks the first, and the second where the first cannot be reached. A job is never submitted
/// twice: what the first may have taken is looked for before.
class FallbackControl : public Control {
  public:
    FallbackControl(std::unique_ptr<Control> first, std::unique_ptr<Control> second);

    Result<std::uint64_t> submit(const JobRequest& request) override;
    Result<std::vector<Job>> jobs() override;
    Result<void> cancel(std::uint64_t id) override;
    Result<std::vector<Node>> nodes() override;

  private:
    std::unique_ptr<Control> first_;
    std::unique_ptr<Control> second_;
};

}  // namespace penstock::agent::slurm
