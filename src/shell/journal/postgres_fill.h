#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace penstock::shell {

/// Puts the journal of a file into a database that has none, in one transaction: from a backup, or
/// to go over from one server to several.
///
/// The same journal once more is no error, so that who died behind it may try again.
/// @param url   As PostgresJournal has it. The tables are made when they are not there.
/// @param file  A journal's file that nobody writes.
/// @retval kJournalNotEmpty  The database has another journal; nothing was changed.
/// @retval kJournalMissing, kJournalBroken, kJournalForeign, kJournalFault  Likewise.
Result<void> fill_postgres_journal(const std::string& url, const std::filesystem::path& file);

}  // namespace penstock::shell
