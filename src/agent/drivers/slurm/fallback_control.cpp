#include "agent/drivers/slurm/fallback_control.h"

#include "agent/error.h"
#include "base/try.h"

namespace penstock::agent::slurm {
namespace {

template <class T>
bool is_answer(const Result<T>& result) {
    return result || result.error().number() != kEngineUnreachable.number;
}

}  // namespace

FallbackControl::FallbackControl(std::unique_ptr<Control> first, std::unique_ptr<Control> second)
    : first_(std::move(first)), second_(std::move(second)) {}

Result<std::uint64_t> FallbackControl::submit(const JobRequest& request) {
    auto submitted = first_->submit(request);
    if (is_answer(submitted)) return submitted;
    TRY_ASSIGN(const auto jobs, second_->jobs());
    for (const Job& job : jobs)
        if (job.name == request.name && !has_ended(job.state)) return job.id;
    return second_->submit(request);
}

Result<std::vector<Job>> FallbackControl::jobs() {
    auto jobs = first_->jobs();
    return is_answer(jobs) ? jobs : second_->jobs();
}

Result<void> FallbackControl::cancel(std::uint64_t id) {
    auto done = first_->cancel(id);
    return is_answer(done) ? done : second_->cancel(id);
}

Result<std::vector<Node>> FallbackControl::nodes() {
    auto nodes = first_->nodes();
    return is_answer(nodes) ? nodes : second_->nodes();
}

}  // namespace penstock::agent::slurm
