#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/journal_position.h"
#include "shell/journal/journal.h"
#include "shell/sequencer/core.h"
#include "shell/sequencer/event_pack.h"
#include "shell/snapshot/snapshot_store.h"

namespace penstock::shell {

struct Recovery {
    Journal& journal;
    const CoreFactory& factory;
    const SnapshotStore* snapshots;  ///< Null: replay all.
    /// Events of the commands after this one are wanted.
    std::uint64_t told = 0;
    /// Takes them, a batch of the journal at a time. Empty: nobody wants any.
    std::function<void(EventPack)> tell;
};

struct Recovered {
    std::unique_ptr<Core> core;
    std::uint64_t snapshot_sequence = 0;  ///< 0: all was replayed.
};

/// Whether the journal is the one that somebody has followed up to a position.
/// @retval kJournalShort  It ends before.
/// @retval kOtherHistory  It has another command there: it was set back and has gone on.
Result<void> check_position(Journal& journal, const JournalPosition& position);

/// Applies one batch of the journal, which must follow the core's state and give the replies and
/// the rolling hash that the journal has.
/// @param told  Events of the commands after this one go into `pack`.
/// @retval kReplayDiverged  The core is of no use any more.
Result<void> replay_batch(const Batch& batch, Core& core, std::uint64_t told, EventPack& pack);

/// Makes the core that the journal describes: from the newest snapshot that agrees with the
/// journal, then by replaying what follows. Each batch must give the replies and the rolling hash
/// that the journal has.
/// @retval kReplayDiverged, kJournalShort, and what the journal says.
Result<Recovered> recover(Recovery recovery);

}  // namespace penstock::shell
