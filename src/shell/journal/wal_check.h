#pragma once

#include <filesystem>

#include "base/error.h"

namespace penstock::shell {

/// Looks for damage in the middle of SQLite's write-ahead log, which SQLite itself would take for
/// its end: it drops the first frame whose checksum is wrong and all that follow, and with them
/// batches that were durable and acknowledged.
///
/// Since every commit is synced before the next begins, only the last transaction of a log can be
/// torn by a power cut. A wrong frame with a whole later transaction of the same log behind it is
/// damage. Damage within the last transaction itself cannot be told from a power cut.
/// @param log  "journal.db-wal"; may be missing or empty. Only read, before SQLite opens it.
/// @retval kJournalBroken  With the frame and its place; kJournalFault when it cannot be read.
/// O(size of the log).
Result<void> check_write_ahead_log(const std::filesystem::path& log);

}  // namespace penstock::shell
