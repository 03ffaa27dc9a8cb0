#pragma once

#include <ucontext.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace penstock::sim {

/// Actors that take turns on one thread: each runs until it waits, and goes on where it was when
/// somebody wakes it. So that what an actor does can be written as a story, though its calls take
/// time and others go on meanwhile. Deterministic: nothing switches but wait() and wake().
class Fibers {
  public:
    using Id = std::size_t;

    Fibers() = default;
    Fibers(const Fibers&) = delete;
    Fibers& operator=(const Fibers&) = delete;

    /// Runs `story` until it waits or ends.
    void begin(std::function<void()> story);
    /// The one that runs now. Only from within one.
    Id current() const { return *running_; }
    bool is_within_one() const { return running_ != nullptr; }
    /// Until wake(current()). Only from within one.
    void wait();
    /// Lets one that waits go on until it waits again or ends. Only from outside of all.
    void wake(Id id);
    /// How many have begun and not ended.
    std::size_t alive() const { return alive_; }

  private:
    struct Fiber {
        std::unique_ptr<std::uint8_t[]> stack;
        ucontext_t context{};
        std::function<void()> story;
        bool is_done = true;
    };
    static void enter(unsigned high, unsigned low);
    void run(Fiber& fiber, Id id);

    std::vector<std::unique_ptr<Fiber>> fibers_;
    std::vector<Id> free_;
    ucontext_t outside_{};
    const Id* running_ = nullptr;
    std::size_t alive_ = 0;
};

}  // namespace penstock::sim
