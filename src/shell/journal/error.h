#pragma once

#include "base/error.h"

namespace penstock::shell {

inline constexpr Rejection kJournalInUse{
    14001, Code::failed_precondition, "JOURNAL_IN_USE",
    "Another server has this journal open; stop it first, or use another data folder."};
inline constexpr Rejection kJournalBroken{
    14002, Code::data_loss, "JOURNAL_BROKEN",
    "The journal is damaged and will not be used; restore journal.db and journal.db-wal from a "
    "backup or a standby, and keep the damaged files for examination."};
inline constexpr Rejection kJournalForeign{
    14003, Code::failed_precondition, "JOURNAL_FOREIGN",
    "This file is not a journal that this version of Penstock reads; use the version that wrote "
    "it, or another data folder."};
inline constexpr Rejection kDiskLow{
    14004, Code::resource_exhausted, "DISK_LOW",
    "The server's disk is nearly full, so nothing may change until some of it is freed; reading "
    "goes on."};
inline constexpr Rejection kJournalFault{
    14005, Code::unavailable, "JOURNAL_FAULT",
    "The journal cannot be read or written; check the disk, or the database that --journal names. "
    "Whether a batch under way was kept is found out by reopening the journal."};
inline constexpr Rejection kFenced{
    14008, Code::unavailable, "FENCED",
    "Another server has taken the lead, so this one may write nothing; send the command again, "
    "with the same Idempotency-Key, to the one that leads."};
inline constexpr Rejection kJournalMissing{
    14006, Code::data_loss, "JOURNAL_MISSING",
    "There is no journal where there was one before; restore journal.db from a backup."};
inline constexpr Rejection kJournalNotEmpty{
    14009, Code::failed_precondition, "JOURNAL_NOT_EMPTY",
    "The database has a journal already; give a new, empty database."};
inline constexpr Rejection kReplyUnknown{14007, Code::not_found, "REPLY_UNKNOWN",
                                         "The journal holds no command of this number."};

}  // namespace penstock::shell
