#include "shell/sequencer/recovery.h"

#include <google/protobuf/arena.h>

#include <climits>
#include <string>
#include <utility>

#include "base/try.h"
#include "penstock/v1/journal.pb.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {

namespace {

std::unexpected<Error> diverged(std::uint64_t sequence, const std::string& what) {
    return reject(kReplayDiverged, {},
                  "At command " + std::to_string(sequence) + ": " + what + ".");
}

Result<void> replay_command(const v1::JournaledCommand& journaled, Core& core,
                            exchange::EventSink& events) {
    const std::uint64_t sequence = journaled.sequence();
    if (sequence != core.last_sequence() + 1) return diverged(sequence, "it is out of order");
    if (Instant{journaled.time_ns()} < core.last_time())
        return diverged(sequence, "its time goes back");
    const exchange::Command command{
        .sequence = sequence,
        .time = Instant{journaled.time_ns()},
        .actor = {static_cast<exchange::Actor::Kind>(journaled.actor().kind()),
                  journaled.actor().id()},
        .method = journaled.method(),
        .request = journaled.request(),
        .idempotency_key = journaled.idempotency_key(),
    };
    const exchange::Reply reply = core.apply(command, events);
    if (reply.outcome != exchange::Reply::Outcome::done)
        return diverged(sequence, reply.error ? "it was refused: " + reply.error->message()
                                              : "it was taken for a repetition");
    if (reply.bytes != journaled.reply()) return diverged(sequence, "it gave another reply");
    return {};
}

/// Replays what follows the core's state. Advances recovery.told.
Result<void> replay(Recovery& recovery, Core& core) {
    return recovery.journal.read_from(
        core.last_sequence() + 1, [&](const Batch& batch) -> Result<void> {
            EventPack pack;
            const std::uint64_t told = recovery.tell ? recovery.told : UINT64_MAX;
            TRY(replay_batch(batch, core, told, pack));
            if (batch.last_sequence > told) {
                recovery.told = batch.last_sequence;
                recovery.tell(std::move(pack));
            }
            return {};
        });
}

Result<bool> has_position(Journal& journal, const JournalPosition& position) {
    bool has_it = false;
    bool is_read = false;
    const auto read = journal.read_from(position.sequence, [&](const Batch& batch) -> Result<void> {
        is_read = true;
        has_it = position == JournalPosition{batch.last_sequence, batch.rolling_hash};
        return reject(kSnapshotUnusable);  // Enough was read.
    });
    if (!is_read && !read) return std::unexpected(read.error());
    return has_it;
}

/// The core of one snapshot, if it is good and agrees with the journal.
Result<std::unique_ptr<Core>> restore(const Recovery& recovery, std::uint64_t sequence) {
    TRY_ASSIGN(const Snapshot snapshot, recovery.snapshots->load(sequence));
    TRY_ASSIGN(const bool agrees,
               has_position(recovery.journal, {sequence, snapshot.mark.rolling_hash}));
    if (!agrees) return reject(kSnapshotUnusable);
    TRY_ASSIGN(auto core, recovery.factory.restore(snapshot.state));
    if (core->last_sequence() != sequence || core->rolling_hash() != snapshot.mark.rolling_hash)
        return reject(kSnapshotUnusable);
    return core;
}

}  // namespace

Result<void> check_position(Journal& journal, const JournalPosition& position) {
    if (position.sequence == 0) return {};
    const std::uint64_t end = journal.end().sequence;
    if (position.sequence > end)
        return reject(kJournalShort, {},
                      "It ends at command " + std::to_string(end) + "; tables or records go to " +
                          std::to_string(position.sequence) + ".");
    TRY_ASSIGN(const bool has_it, has_position(journal, position));
    if (has_it) return {};
    return reject(kOtherHistory, {},
                  "Tables or records have followed another journal up to command " +
                      std::to_string(position.sequence) + ".");
}

Result<void> replay_batch(const Batch& batch, Core& core, std::uint64_t told, EventPack& pack) {
    google::protobuf::Arena arena;
    auto* body = google::protobuf::Arena::CreateMessage<v1::JournaledBatch>(&arena);
    if (batch.body.size() > INT_MAX ||
        !body->ParseFromArray(batch.body.data(), static_cast<int>(batch.body.size())))
        return diverged(batch.first_sequence, "its batch cannot be read");
    pack.end = {batch.last_sequence, batch.rolling_hash};
    EventPacker keeping(pack, EventPacker::Keep::all);
    EventPacker dropping(pack, EventPacker::Keep::none);
    for (const v1::JournaledCommand& command : body->commands())
        TRY(replay_command(command, core, command.sequence() > told ? keeping : dropping));
    if (core.last_sequence() != batch.last_sequence)
        return diverged(batch.last_sequence, "its batch is incomplete");
    if (core.rolling_hash() != batch.rolling_hash)
        return diverged(batch.last_sequence, "the rolling hash differs");
    return {};
}

Result<Recovered> recover(Recovery recovery) {
    const std::uint64_t end = recovery.journal.end().sequence;
    const auto sequences =
        recovery.snapshots ? recovery.snapshots->sequences() : std::vector<std::uint64_t>{};
    if (!sequences.empty() && sequences.front() > end)
        return reject(kJournalShort, {},
                      "It ends at command " + std::to_string(end) + "; a snapshot was made at " +
                          std::to_string(sequences.front()) + ".");
    for (const std::uint64_t sequence : sequences) {
        if (recovery.tell && sequence > recovery.told) continue;  // Its events would be missed.
        auto core = restore(recovery, sequence);
        if (!core || !replay(recovery, **core)) continue;
        return Recovered{*std::move(core), sequence};
    }
    Recovered all{recovery.factory.create(), 0};
    TRY(replay(recovery, *all.core));
    return all;
}

}  // namespace penstock::shell
