#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "shell/postgres/connection.h"
#include "shell/postgres/migrate.h"

namespace penstock::shell {

/// Makes or updates the tables of journal and leadership, or only looks whether they are ours.
/// @retval kJournalForeign, kJournalFault
Result<void> ensure_journal_schema(postgres::Connection& connection,
                                   postgres::Tables tables = postgres::Tables::make);

/// Puts down a value that all servers on one journal must have alike, unless one is there.
/// @return The one that is there now.
/// @retval kJournalForeign, kJournalFault
Result<std::string> share_value(const std::string& url, std::string_view name,
                                std::string_view value);

/// What PostgreSQL reports, in the journal's own words.
Error journal_error(const Error& error, const char* doing);

}  // namespace penstock::shell
