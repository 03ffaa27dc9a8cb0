#pragma once

#include <chrono>
#include <cstddef>

#include "base/error.h"

namespace penstock::shell {

/// What was applied between two hand-overs to the journal.
struct RoundFigures {
    std::size_t commands = 0;  ///< Done, and to be journaled; the system's own among them.
    std::size_t rejected = 0;
    std::size_t repeated = 0;
    std::size_t questions = 0;  ///< Inspections among them.
    std::chrono::nanoseconds applying{0};
    std::chrono::nanoseconds waited{0};  ///< For the round to begin: the longest.
};

struct AppendFigures {
    std::size_t commands = 0;
    std::size_t bytes = 0;
    std::chrono::nanoseconds took{0};
};

struct SnapshotFigures {
    bool saved = false;
    std::chrono::nanoseconds pause{0};  ///< For which nothing was applied.
    std::chrono::nanoseconds took{0};   ///< All in all.
};

/// Learns how the sequencer does. Called on its threads, several at once: must be quick, and must
/// not call the sequencer. Here it does nothing.
class SequencerMeter {
  public:
    virtual ~SequencerMeter() = default;
    /// @param figures  Of commands or questions, or both.
    virtual void on_round(const RoundFigures&) {}
    /// @param done  An error: none of it may be in the journal, or all of it.
    virtual void on_append(const AppendFigures&, const Result<void>&) {}
    /// Answers that went out after an append, and how long it took to give them.
    virtual void on_replies(std::size_t, std::chrono::nanoseconds) {}
    /// Calls that were answered with an error of the sequencer's own: nothing was applied, or it
    /// was lost.
    virtual void on_refusals(const Error&, std::size_t) {}
    virtual void on_snapshot(const SnapshotFigures&) {}
};

}  // namespace penstock::shell
