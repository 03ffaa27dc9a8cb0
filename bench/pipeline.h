#pragma once

#include <atomic>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "bench/script.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/sequencer/sequencer.h"

namespace penstock::bench {

using Commands = std::vector<ScriptedCommand>;

/// The value, or the end of the program with the reason.
template <class T>
T must(Result<T> result) {
    if (!result) give_up(result.error().message());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// A sequencer over a journal, as a server has them, without observers.
class Pipeline {
  public:
    /// @param now  The clock stands still there: what is given back of a term must be what the
    ///             script gave back.
    /// @param factory  Of the core that commands are given to.
    Pipeline(std::unique_ptr<shell::Journal> journal, Instant now, shell::SequencerOptions options,
             std::unique_ptr<const shell::CoreFactory> factory =
                 std::make_unique<shell::ExchangeFactory>());
    double replay_seconds() const { return replay_seconds_; }
    shell::SequencerStatus status() const { return sequencer_->status(); }
    void stop() { sequencer_->stop(); }

    /// Gives all commands and waits until each is durable and answered. @return Seconds.
    double give(const Commands& commands);

  private:
    class FrozenClock final : public shell::Clock {
      public:
        explicit FrozenClock(Instant now) : now_(now) {}
        Instant wall() const override { return now_; }
        Duration steady() const override { return {}; }

      private:
        const Instant now_;
    };

    const FrozenClock clock_;
    const std::unique_ptr<const shell::CoreFactory> factory_;
    std::unique_ptr<shell::Journal> journal_;
    std::unique_ptr<shell::Sequencer> sequencer_;
    double replay_seconds_ = 0;
    std::atomic<std::size_t> waiting_ = 0;
};

}  // namespace penstock::bench
