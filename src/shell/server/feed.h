#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "penstock/v1/event.pb.h"
#include "shell/sequencer/event_observer.h"
#include "shell/sequencer/event_pack.h"

namespace penstock::shell {

/// What a part of the shell needs that could not keep what it was given.
enum class AfterFault : std::uint8_t {
    asked_again,  ///< It still has all that it was given.
    given_again,  ///< It has forgotten all behind its applied_sequence().
};

/// Brings events to a part of the shell that keeps its own place: tables, evidence, grants.
///
/// @tparam Taker  Has on_event(event), caught_up(position), which is false when not all was kept,
///                position() and applied_sequence().
template <class Taker, AfterFault kAfterFault>
class Feed final : public EventObserver {
  public:
    /// @param remembered_max  Bytes of events that a taker may miss and be given again; after more,
    ///                        it goes on at the next start.
    explicit Feed(Taker& taker, std::size_t remembered_max = 32U << 20U)
        : taker_(taker), remembered_max_(remembered_max) {}

    JournalPosition position() const override { return taker_.position(); }
    void on_event(const v1::Event& event, std::string_view bytes) override {
        if (has_lost_) return;
        if constexpr (kAfterFault == AfterFault::given_again) remember(bytes);
        if (!is_behind_) taker_.on_event(event);
    }
    bool caught_up(const JournalPosition& position) override {
        if (has_lost_) return true;  // Nothing more can be done for it.
        const bool kept = (!is_behind_ && taker_.caught_up(position)) || give_again(position);
        if (kept) forget();
        const std::scoped_lock lock(mutex_);
        changed_.notify_all();
        return kept || has_lost_;
    }

    /// Waits, for a while, until the taker has all up to `sequence`: whoever has seen an answer
    /// finds it in the tables.
    void wait_for(std::uint64_t sequence) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kWaitMax, [&] { return taker_.applied_sequence() >= sequence; });
    }

  private:
    static constexpr std::chrono::seconds kWaitMax{2};

    void remember(std::string_view bytes) {
        is_full_ = is_full_ || remembered_.bytes.size() + bytes.size() > remembered_max_;
        if (is_full_) return;
        remembered_.bytes.append(bytes);
        remembered_.ends.push_back(remembered_.bytes.size());
    }
    void forget() {
        remembered_.bytes.clear();
        remembered_.ends.clear();
        is_full_ = false;
    }
    bool give_again(const JournalPosition& position) {
        if constexpr (kAfterFault == AfterFault::asked_again) return false;
        if (is_full_) {
            has_lost_ = true;
            forget();
            return false;
        }
        for_each_event(remembered_,
                       [&](const v1::Event& event, std::string_view) { taker_.on_event(event); });
        is_behind_ = !taker_.caught_up(position);
        return !is_behind_;
    }

    Taker& taker_;
    const std::size_t remembered_max_;
    EventPack remembered_;    ///< All behind the taker's applied_sequence().
    bool is_behind_ = false;  ///< All that is remembered must come before anything new.
    bool is_full_ = false;    ///< More should have been remembered.
    bool has_lost_ = false;   ///< The taker misses events, and gets no more.
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace penstock::shell
