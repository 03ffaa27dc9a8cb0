#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "shell/sequencer/delivery.h"
#include "shell/sequencer/round.h"

namespace penstock::shell {

/// Writes one round at a time to the journal on a thread of its own, and then lets its events and
/// answers out. While it is idle the journal is the caller's to use.
class Writer {
  public:
    /// @param done  Called on the writer's thread when it has become idle.
    Writer(Journal& journal, Delivery& delivery, SequencerMeter& meter, std::function<void()> done);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Takes a round. Only while idle, and not after a failure that was not taken.
    /// @return An empty round, with the memory of one that is done.
    Round start(Round round);
    /// Lets an answer out together with those of the round that is being written.
    /// @param answer  What it saw ends with that round.
    /// @param most  Answers that may join one round.
    /// @return False when no round is being written, its answers are on their way, or `most` have
    /// joined it: `answer` is unchanged.
    bool join(PendingAnswer& answer, std::size_t most);
    bool is_idle() const { return idle_.load(std::memory_order_acquire); }
    void wait_until_idle();
    /// Why the last round could not be written; its answers have been given. Only while idle.
    std::optional<Error> take_failure();
    /// The last command that is durable.
    std::uint64_t durable_sequence() const { return durable_.load(std::memory_order_acquire); }
    void set_durable_sequence(std::uint64_t sequence) { durable_ = sequence; }

  private:
    void run();
    void write(Round& round);
    /// Adds to the round what joined it; nothing more can.
    void end_joining(Round& round);

    Journal& journal_;
    Delivery& delivery_;
    SequencerMeter& meter_;
    const std::function<void()> done_;
    std::atomic<bool> idle_ = true;
    std::atomic<std::uint64_t> durable_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Round> round_;
    /// Of the round that is being written, since it was begun.
    std::vector<PendingAnswer> joined_;
    bool may_join_ = false;
    Round spare_;
    std::optional<Error> failure_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace penstock::shell
