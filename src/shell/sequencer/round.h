#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "shell/sequencer/event_pack.h"
#include "shell/sequencer/sequencer.h"

namespace penstock::shell {

/// A command that was applied and is on its way to the journal.
struct AppliedCommand {
    exchange::Actor actor;
    std::string_view method;
    std::string request;
    std::string idempotency_key;
    std::uint64_t sequence = 0;
    Instant time;
    std::string reply;
};

/// An answer that waits until what it saw is durable.
struct PendingAnswer {
    static constexpr std::size_t kNoCommand = SIZE_MAX;

    OutcomeCallback callback;
    Outcome outcome;
    std::size_t command = kNoCommand;     ///< Whose reply this is, in Round::commands.
    std::uint64_t original_sequence = 0;  ///< Whose reply in the journal this is, if not 0.
};

/// What is journaled as one batch, and all that may go out once it is durable.
struct Round {
    std::vector<AppliedCommand> commands;
    std::vector<PendingAnswer> answers;
    EventPack events;
    Digest rolling_hash{};
    std::size_t bytes = 0;  ///< Of requests and replies.
    RoundFigures figures;

    bool is_empty() const { return commands.empty() && answers.empty(); }
    /// Empties it, and keeps the memory of its lists.
    void clear() {
        commands.clear();
        answers.clear();
        events = {};
        bytes = 0;
        figures = {};
    }
};

/// Appends the round's commands to the journal; does nothing when there are none.
Result<void> append_round(const Round& round, Journal& journal, SequencerMeter& meter);
/// Gives every answer of a round that is durable. Replies of earlier commands come from `journal`.
void release_answers(Round& round, Journal& journal, SequencerMeter& meter);
/// Gives every answer of a round whose commands were lost, or may have been.
void fail_answers(Round& round, const Error& error, SequencerMeter& meter);

}  // namespace penstock::shell
