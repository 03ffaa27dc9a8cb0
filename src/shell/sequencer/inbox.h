#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <variant>
#include <vector>

#include "shell/sequencer/sequencer.h"

namespace penstock::shell {

struct InspectCall {
    std::move_only_function<void(const Core&, Instant)> look;
};

struct CatchUpCall {};

/// One thing that the sequencer's thread shall do.
struct Call {
    std::variant<CommandCall, QueryCall, InspectCall, CatchUpCall> what;
    OutcomeCallback callback;
    std::chrono::steady_clock::time_point queued{};  ///< When it was pushed.
};

/// The bounded queue of calls from all threads to the sequencer's. Flows take turns.
class Inbox {
  public:
    struct Bounds {
        std::size_t calls_max;
        std::size_t flow_calls_max;
        std::size_t calls_at_once;
    };
    explicit Inbox(const Bounds& bounds)
        : calls_at_once_(bounds.calls_at_once), calls_(bounds.calls_max, bounds.flow_calls_max) {}

    /// Takes a call.
    /// @retval kQueueFull, kStopping  `call` is unchanged.
    Result<void> push(limits::Turn turn, Call& call);
    /// Wakes the taker though there is no call.
    void ring();
    /// From now on push() refuses.
    void close();

    /// Calls that wait.
    std::size_t size() const;

    /// Waits for calls, a ring or the deadline, and moves the next calls to the end of `into`.
    /// @return False when the inbox is closed and `into` empty.
    bool take(std::vector<Call>& into, std::chrono::steady_clock::time_point deadline);

  private:
    const std::size_t calls_at_once_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    limits::FairQueue<Call> calls_;
    bool rung_ = false;
    bool closed_ = false;
    bool waiting_ = false;
};

}  // namespace penstock::shell
