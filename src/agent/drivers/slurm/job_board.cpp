#include "agent/drivers/slurm/job_board.h"

#include "agent/clock.h"
#include "base/try.h"

namespace penstock::agent::slurm {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kLookEveryNs = kSecondNs / 2;
constexpr std::int64_t kAwayNs = 2 * kSecondNs;
constexpr std::int64_t kCancelEveryNs = 5 * kSecondNs;

}  // namespace

JobBoard::JobBoard(Control& control, std::string prefix)
    : control_(control), prefix_(std::move(prefix)), user_(own_user()) {}

Result<JobBoard::Jobs> JobBoard::recent() {
    return seen_since(boottime_ns() - kLookEveryNs);
}

Result<JobBoard::Jobs> JobBoard::now() {
    return seen_since(boottime_ns());
}

Result<JobBoard::Jobs> JobBoard::seen_since(std::int64_t moment_ns) {
    const std::lock_guard lock(mutex_);
    if (trouble_ && boottime_ns() < looked_at_ns_ + kAwayNs) return std::unexpected(*trouble_);
    if (!trouble_ && looked_at_ns_ >= moment_ns) return jobs_;
    const std::int64_t began = boottime_ns();
    auto all = control_.jobs();
    if (!all) {
        // From its end: it may have taken long to find out.
        looked_at_ns_ = boottime_ns();
        trouble_ = all.error();
        return std::unexpected(*trouble_);
    }
    looked_at_ns_ = began;
    trouble_.reset();
    jobs_.clear();
    for (Job& job : *all)
        if (job.user == user_ && job.name.starts_with(prefix_)) jobs_[job.id] = std::move(job);
    return jobs_;
}

Result<void> JobBoard::cancel(std::uint64_t id) {
    {
        const std::lock_guard lock(mutex_);
        const std::int64_t now = boottime_ns();
        std::erase_if(cancelled_at_ns_,
                      [&](const auto& entry) { return now > entry.second + kCancelEveryNs; });
        if (!cancelled_at_ns_.emplace(id, now).second) return {};
    }
    return control_.cancel(id);
}

}  // namespace penstock::agent::slurm
