#include "shell/api/workers.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace penstock::shell {

Workers::Workers(unsigned threads, std::size_t jobs_max, std::size_t line_jobs_max)
    : jobs_(jobs_max, line_jobs_max > 0 ? line_jobs_max : std::max<std::size_t>(1, jobs_max / 2)) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
}

bool Workers::add(Job& job, limits::Turn turn) {
    const std::scoped_lock lock(mutex_);
    if (!jobs_.push(turn, job)) return false;
    changed_.notify_one();
    return true;
}

std::size_t Workers::size() const {
    const std::scoped_lock lock(mutex_);
    return jobs_.size();
}

void Workers::run() {
    ::pthread_setname_np(::pthread_self(), "worker");
    std::vector<Job> next;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return stopping_ || jobs_.size() > 0; });
            if (jobs_.size() == 0) return;
            jobs_.take(next, 1);
        }
        next.front()();
        next.clear();
    }
}

}  // namespace penstock::shell
