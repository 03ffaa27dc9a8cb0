#pragma once

#include <chrono>
#include <ctime>

namespace penstock::bench {

/// Seconds on the wall since it was made.
class Stopwatch {
  public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Seconds that this thread has spent on a processor since it was made: what others take from a
/// busy machine does not count, though they still cost caches and clock.
class CoreStopwatch {
  public:
    double seconds() const { return now() - start_; }

  private:
    static double now() {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }
    double start_ = now();
};

}  // namespace penstock::bench
