#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <type_traits>

#include "penstock/v1/event.pb.h"
#include "shell/sequencer/event_observer.h"

namespace penstock::shell {

/// Brings events to a part of the shell that keeps its own place: tables, evidence, grants.
///
/// @tparam Taker  Has on_event(event), caught_up(position), position() and applied_sequence();
///                where caught_up() returns a bool, false asks for it to be called again; where
///                it does not, the taker stops for good at what it cannot keep, and tells of it
///                by a fault() of its own.
template <class Taker>
class Feed final : public EventObserver {
  public:
    explicit Feed(Taker& taker) : taker_(taker) {}

    JournalPosition position() const override { return taker_.position(); }
    void on_event(const v1::Event& event, std::string_view) override { taker_.on_event(event); }
    bool caught_up(const JournalPosition& position) override {
        bool kept = true;
        if constexpr (std::is_void_v<decltype(taker_.caught_up(position))>) {
            taker_.caught_up(position);
        } else {
            kept = taker_.caught_up(position);
        }
        const std::scoped_lock lock(mutex_);
        changed_.notify_all();
        return kept;
    }

    /// Waits, for a while, until the taker has all up to `sequence`: whoever has seen an answer
    /// finds it in the tables.
    void wait_for(std::uint64_t sequence) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kWaitMax, [&] { return taker_.applied_sequence() >= sequence; });
    }

  private:
    static constexpr std::chrono::seconds kWaitMax{2};

    Taker& taker_;
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace penstock::shell
