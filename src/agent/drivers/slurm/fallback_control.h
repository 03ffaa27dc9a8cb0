#pragma once

#include <atomic>
#include <memory>

#include "agent/drivers/slurm/control.h"

namespace penstock::agent::slurm {

/// Asks the first, and the second where the first cannot be reached; then the first is left alone
/// for a while. What the first may have taken is looked for before it is submitted again.
class FallbackControl : public Control {
  public:
    FallbackControl(std::unique_ptr<Control> first, std::unique_ptr<Control> second);

    Result<std::uint64_t> submit(const JobRequest& request) override;
    Result<std::vector<Job>> jobs() override;
    Result<void> cancel(std::uint64_t id) override;
    Result<std::vector<Node>> nodes() override;

  private:
    /// Whether the answer is one, or the other should be asked.
    template <class T>
    bool is_answer(const Result<T>& result);
    bool is_first_due() const;

    std::unique_ptr<Control> first_;
    std::unique_ptr<Control> second_;
    std::atomic<std::int64_t> first_due_ns_ = 0;  ///< CLOCK_BOOTTIME.
};

}  // namespace penstock::agent::slurm
