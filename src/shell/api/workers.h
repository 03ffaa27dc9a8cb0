#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace penstock::shell {

/// A few threads for what may wait for a disk or take its time, so that neither the sequencer nor a
/// connection does. Thread-safe.
class Workers {
  public:
    using Job = std::move_only_function<void()>;

    Workers(unsigned threads, std::size_t jobs_max);
    /// Does what is queued, then ends the threads.
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// @return False when too many jobs wait; `job` is then unchanged.
    bool add(Job& job);

  private:
    void run();

    const std::size_t jobs_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::queue<Job> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace penstock::shell
