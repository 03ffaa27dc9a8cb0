#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "shell/limits/fair_queue.h"

namespace penstock::shell {

/// A few threads for what may wait for a disk or take its time, so that neither the sequencer nor a
/// connection does. Jobs wait in one line for each party, and the lines take turns. Thread-safe.
class Workers {
  public:
    using Job = std::move_only_function<void()>;

    /// @param line_jobs_max  How many of them may be one party's; 0: half.
    Workers(unsigned threads, std::size_t jobs_max, std::size_t line_jobs_max = 0);
    /// Does what is queued, then ends the threads.
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// @return False when too many jobs wait, in all or in this line; `job` is then unchanged.
    bool add(Job& job, limits::Turn turn = {});
    /// Jobs that wait.
    std::size_t size() const;

  private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    limits::FairQueue<Job> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace penstock::shell
