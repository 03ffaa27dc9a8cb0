#include "shell/api/workers.h"

#include <pthread.h>

#include <utility>

namespace penstock::shell {

Workers::Workers(unsigned threads, std::size_t jobs_max) : jobs_max_(jobs_max) {
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

bool Workers::add(Job& job) {
    const std::scoped_lock lock(mutex_);
    if (jobs_.size() >= jobs_max_) return false;
    jobs_.push(std::move(job));
    changed_.notify_one();
    return true;
}

void Workers::run() {
    ::pthread_setname_np(::pthread_self(), "worker");
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop();
        }
        job();
    }
}

}  // namespace penstock::shell
