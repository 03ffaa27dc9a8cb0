#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/error.h"

namespace penstock::shell {

/// Puts the journal of a file into a database that has none, in one transaction: from a backup, or
/// to go over from one server to several.
///
/// The same journal once more is no error, so that who died behind it may try again.
/// @param url   As PostgresJournal has it. The tables are made when they are not there.
/// @param file  A journal's file that nobody writes.
/// @param before_commit  Called when all rows are in, and nobody sees them yet; its error undoes
///                       them. Not called for a database that has another journal.
/// @retval kJournalNotEmpty  The database has another journal; nothing was changed.
/// @retval kJournalMissing, kJournalBroken, kJournalForeign, kJournalFault  Likewise.
Result<void> fill_postgres_journal(
    const std::string& url, const std::filesystem::path& file,
    const std::function<Result<void>()>& before_commit = [] { return Result<void>(); });

}  // namespace penstock::shell
