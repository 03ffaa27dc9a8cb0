#pragma once

#include "base/journal_position.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::sqlite {

/// How far in the journal the tables of a file have come: a table of one row, written in the same
/// transaction as what it tells of.
inline constexpr const char* kCreatePosition =
    "CREATE TABLE IF NOT EXISTS position(id INTEGER PRIMARY KEY CHECK(id = 1),"
    " sequence INTEGER NOT NULL, rolling_hash BLOB NOT NULL);"
    "INSERT OR IGNORE INTO position VALUES(1, 0, zeroblob(32));";

/// @retval kSqliteDamaged, kSqliteFault
Result<JournalPosition> read_position(const Database& database);
/// Sets the position and commits; begins a transaction where there is none.
Result<void> commit_position(Database& database, const JournalPosition& position);

}  // namespace penstock::sqlite
