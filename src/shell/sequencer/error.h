#pragma once

#include "base/error.h"

namespace penstock::shell {

inline constexpr Rejection kQueueFull{
    14021, Code::resource_exhausted, "QUEUE_FULL",
    "The exchange has more commands waiting than it takes; try again shortly."};
inline constexpr Rejection kObserversLag{
    14022, Code::resource_exhausted, "TABLES_LAG",
    "The exchange's tables and records have fallen behind; try again shortly."};
inline constexpr Rejection kClockJump{
    14023, Code::unavailable, "CLOCK_JUMP",
    "The server's clock has jumped forward by over a minute, so nothing may change until the "
    "operator has set it right, or has accepted it by starting `penstock server "
    "--accept-clock-jump`."};
inline constexpr Rejection kInDoubt{
    14024, Code::unavailable, "IN_DOUBT",
    "The journal failed while it kept this command, so it may or may not have been done; send it "
    "again with the same Idempotency-Key, which is harmless."};
inline constexpr Rejection kReadOnly{
    14025, Code::unavailable, "READ_ONLY",
    "The exchange cannot write its journal and takes no commands until it can; nothing was done, "
    "try again later."};
inline constexpr Rejection kNoState{
    14026, Code::unavailable, "STATE_RELOADING",
    "The exchange is reading its journal back after a fault; try again shortly."};
inline constexpr Rejection kStopping{14027, Code::unavailable, "STOPPING",
                                     "The server is stopping; try again shortly."};
inline constexpr Rejection kNotLeading{
    14030, Code::unavailable, "NOT_LEADING",
    "Another server leads the exchange, or none does yet; nothing was done. Send the call again, "
    "with the same Idempotency-Key, in a moment or to the leader."};
inline constexpr Rejection kStale{
    14031, Code::unavailable, "STALE",
    "This server has not heard of the exchange's newest state for too long to answer; ask another "
    "server, or try again shortly."};
inline constexpr Rejection kReplayDiverged{
    14028, Code::data_loss, "REPLAY_DIVERGED",
    "Replaying the journal did not give what it says was given: this version of Penstock does not "
    "fit this journal. Start the version that wrote it."};
inline constexpr Rejection kOtherHistory{
    14037, Code::data_loss, "OTHER_HISTORY",
    "What this server knows comes from commands that the journal does not have: it was set back "
    "behind them and has gone on. Find out what was lost; then start with an empty data folder, or "
    "restore the journal."};
inline constexpr Rejection kJournalShort{
    14029, Code::data_loss, "JOURNAL_SHORT",
    "The journal ends before commands that are known to have been durable; restore the whole of "
    "it. If it was set back on purpose, remove the snapshots and what was made from it."};

}  // namespace penstock::shell
