#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "shell/journal/journal.h"
#include "shell/journal/leadership.h"
#include "shell/limits/fair_queue.h"
#include "shell/sequencer/clock.h"
#include "shell/sequencer/core.h"
#include "shell/sequencer/event_observer.h"
#include "shell/sequencer/meter.h"

namespace penstock::shell {

/// A request to change the exchange.
struct CommandCall {
    exchange::Actor actor;
    std::string_view method;      ///< "ContractService/PlaceOrder", with static lifetime.
    std::string request;          ///< Serialised deterministically; nothing unknown in it.
    std::string idempotency_key;  ///< Empty only for the system's own.
    /// Asked on the sequencer's thread, right before the command is applied; an error is the
    /// answer, and nothing is applied. May be empty.
    std::move_only_function<Result<void>(const Core&)> guard;
    limits::Turn turn{};
};

/// A question about the exchange as it is now.
struct QueryCall {
    exchange::Actor actor;
    std::string_view method;  ///< With static lifetime.
    std::string request;
    limits::Turn turn{};
};

/// What became of a call.
struct Outcome {
    Result<std::string> reply;   ///< The serialised response.
    std::uint64_t sequence = 0;  ///< Of the command done, or of the last one that a query saw.
    bool repeated = false;       ///< The reply is that of an earlier command with the same key.
};

/// Called once. From the sequencer's threads, or from the caller's own when refused at once; must
/// not block, and may call the sequencer.
using OutcomeCallback = std::move_only_function<void(Outcome)>;

struct SequencerOptions {
    std::size_t queue_calls_max = 65'536;  ///< Waiting calls; beyond: kQueueFull.
    std::size_t flow_calls_max = 16'384;   ///< The same of one flow (limits::Turn).
    /// How many calls are taken from the queue at once: nobody who comes later is before them.
    std::size_t calls_at_once = 512;
    /// A batch is closed when nothing more is queued, or the disk is free and it has this many
    /// commands; while the disk is busy it grows, up to the bound.
    std::size_t batch_commands_enough = 256;
    /// Fewer commands than this are not applied while the disk is busy with a batch.
    std::size_t commands_ahead = 32;
    std::size_t batch_commands_max = 8192;
    std::size_t batch_bytes_max = 4u << 20;       ///< Of requests and replies, roughly.
    std::size_t event_backlog_max = 64u << 20;    ///< Bytes not yet taken by observers.
    Duration tick_interval = milliseconds(100);   ///< How late a timer may fire without traffic.
    Duration probe_interval = milliseconds(500);  ///< Between tries of a failed journal.
    std::filesystem::path snapshot_folder;        ///< Empty: no snapshots.
    std::uint64_t snapshot_interval_commands = 200'000;
    /// Who leads, where several servers have one journal; null where this one is alone. Outlives
    /// the sequencer.
    Leadership* leadership = nullptr;
    Duration follow_interval = milliseconds(20);  ///< Between looks for what the leader did.
    /// A server that follows answers nothing when its last good look is older than this.
    Duration staleness_max = seconds(5);
    /// Told, on the sequencer's thread, when this server begins or ceases to lead.
    std::function<void(bool leads)> role_changed;
    Stamper::Start clock = Stamper::Start::trusting;
    /// Told, on the sequencer's thread, when a jump of the clock begins or ceases to be held.
    std::function<void(bool held)> clock_changed;
    SequencerMeter* meter = nullptr;  ///< Outlives the sequencer; may be null.
};

/// How the sequencer does.
struct SequencerStatus {
    std::uint64_t last_sequence = 0;  ///< Durable.
    bool read_only = false;           ///< The journal cannot be written.
    bool clock_held = false;          ///< kClockJump.
    std::uint64_t epoch = 0;  ///< In which this server leads; 0: it follows. Alone, it is always 1.
    Duration staleness;       ///< Since the last good look at the journal; 0 when it leads.
    std::uint64_t snapshot_sequence = 0;  ///< What was loaded at the start; 0 for a full replay.
};

/// What waits in the sequencer.
struct SequencerLoad {
    std::size_t queued_calls = 0;
    std::size_t queued_calls_max = 0;     ///< Beyond: kQueueFull.
    std::size_t backlog_bytes = 0;        ///< Of events that observers do not have yet.
    std::size_t backlog_bytes_max = 0;    ///< Beyond: kObserversLag.
    std::uint64_t snapshot_sequence = 0;  ///< Of the newest snapshot begun.
};

/// Puts all calls in one order, applies them, and lets nothing out before it is durable.
///
/// Calls wait in one line for each flow, and the lines take turns (limits::FairQueue): within a
/// flow the order is that of arrival. What the system itself asks for is flow 0.
///
/// One thread applies; a second writes batch n to the journal while batch n+1 is applied, and then
/// releases the answers; a third tells observers. Answers of queries and refusals wait until what
/// they saw is durable, too. All public functions are thread-safe.
///
/// Where several servers have one journal, the sequencer of each that does not lead follows: it
/// applies what the leader has journaled, tells observers, answers questions as of then, and
/// refuses commands. When this server takes the lead it first applies all that older epochs left;
/// no more can come of them. When it loses the lead, what was applied and not kept is dropped.
class Sequencer {
  public:
    /// Loads the newest good snapshot, replays the rest of the journal, brings observers up to
    /// date, and starts the threads.
    /// @param journal, factory, clock, observers  Outlive the sequencer; the journal is its alone.
    /// @retval kReplayDiverged, kJournalShort, kJournalBroken
    static Result<std::unique_ptr<Sequencer>> open(Journal& journal, const CoreFactory& factory,
                                                   const Clock& clock,
                                                   std::vector<EventObserver*> observers,
                                                   SequencerOptions options);
    /// Stops, if stop() was not called.
    virtual ~Sequencer() = default;

    /// @retval (in the outcome) what the core says, and kQueueFull, kObserversLag, kClockJump,
    ///         kInDoubt, kReadOnly, kNoState, kStopping, kDiskLow, kNotLeading
    virtual void submit(CommandCall call, OutcomeCallback callback) = 0;
    virtual void query(QueryCall call, OutcomeCallback callback) = 0;
    /// Looks at the exchange on the sequencer's thread; `callback` follows when what was seen is
    /// durable, with an empty reply.
    /// @param look  Short: everybody waits for it.
    virtual void inspect(std::move_only_function<void(const Core&, Instant now)> look,
                         OutcomeCallback callback, limits::Turn turn = {}) = 0;

    /// `callback` follows, with an empty reply, when what was journaled before the call can be seen
    /// here: at once where this server leads; where it follows it reads on first. An error tells
    /// that it could not.
    virtual void catch_up(OutcomeCallback callback, limits::Turn turn = {}) = 0;

    virtual SequencerStatus status() const = 0;
    virtual SequencerLoad load() const = 0;
    /// The operator says that the machine's clock is right.
    virtual void accept_clock() = 0;
    /// Finishes what is queued, refuses the rest, writes a last snapshot, and ends the threads.
    /// Blocks. Once.
    virtual void stop() = 0;
};

}  // namespace penstock::shell
