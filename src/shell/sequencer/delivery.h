#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "shell/sequencer/event_observer.h"
#include "shell/sequencer/event_pack.h"

namespace penstock::shell {

/// Tells observers what has happened, on a thread of its own, in order.
class Delivery {
  public:
    /// @param backlog_max  Bytes of events that may wait before is_lagging().
    Delivery(std::vector<EventObserver*> observers, std::size_t backlog_max);
    ~Delivery();
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    /// The last command that every observer has; `end` when there are only observers of what is
    /// new, or none.
    std::uint64_t least_position(std::uint64_t end) const;
    /// Of the observers that keep their place over a restart.
    std::vector<JournalPosition> kept_positions() const;
    bool has_observers() const { return !observers_.empty(); }

    /// Starts the thread. Observers of what is new begin after `end`.
    void start(std::uint64_t end);
    /// Takes events of commands that are durable. Does not wait.
    void give(EventPack pack);
    /// The same, but waits while too much is waiting already: for replays.
    void give_and_wait(EventPack pack);
    /// Waits until observers have all that was given.
    void wait_until_idle();
    bool is_lagging() const { return backlog_.load(std::memory_order_relaxed) > backlog_max_; }
    std::size_t backlog_bytes() const { return backlog_.load(std::memory_order_relaxed); }
    /// Delivers all that was given, and ends the thread.
    void stop();

  private:
    struct Place {
        EventObserver* observer;
        JournalPosition position;
        bool is_behind = false;
    };
    void run();
    void deliver(const EventPack& pack);
    /// @return Whether all observers have kept what they were given.
    bool catch_up(const JournalPosition& position);
    bool tell_again();

    const std::size_t backlog_max_;
    std::vector<Place> observers_;  ///< After start(), the thread's alone.
    std::atomic<std::size_t> backlog_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<EventPack> packs_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace penstock::shell
