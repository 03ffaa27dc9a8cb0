#include "agent/drivers/slurm/fallback_control.h"

#include "agent/clock.h"
#include "agent/error.h"
#include "base/try.h"

namespace penstock::agent::slurm {
namespace {

constexpr std::int64_t kFirstRestsNs = 30'000'000'000;

}  // namespace

FallbackControl::FallbackControl(std::unique_ptr<Control> first, std::unique_ptr<Control> second)
    : first_(std::move(first)), second_(std::move(second)) {}

bool FallbackControl::is_first_due() const {
    return boottime_ns() >= first_due_ns_;
}

template <class T>
bool FallbackControl::is_answer(const Result<T>& result) {
    if (result || result.error().number() != kEngineUnreachable.number) return true;
    first_due_ns_ = boottime_ns() + kFirstRestsNs;
    return false;
}

Result<std::uint64_t> FallbackControl::submit(const JobRequest& request) {
    if (!is_first_due()) return second_->submit(request);
    auto submitted = first_->submit(request);
    if (is_answer(submitted)) return submitted;
    TRY_ASSIGN(const auto jobs, second_->jobs());
    for (const Job& job : jobs)
        if (job.name == request.name && !has_ended(job.state)) return job.id;
    return second_->submit(request);
}

Result<std::vector<Job>> FallbackControl::jobs() {
    if (!is_first_due()) return second_->jobs();
    auto jobs = first_->jobs();
    return is_answer(jobs) ? jobs : second_->jobs();
}

Result<void> FallbackControl::cancel(std::uint64_t id) {
    if (!is_first_due()) return second_->cancel(id);
    auto done = first_->cancel(id);
    return is_answer(done) ? done : second_->cancel(id);
}

Result<std::vector<Node>> FallbackControl::nodes() {
    if (!is_first_due()) return second_->nodes();
    auto nodes = first_->nodes();
    return is_answer(nodes) ? nodes : second_->nodes();
}

}  // namespace penstock::agent::slurm
