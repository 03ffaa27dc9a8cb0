#pragma once

#include "base/error.h"
#include "shell/postgres/connection.h"

namespace penstock::shell {

/// Makes or updates the tables of journal and leadership.
/// @retval kJournalForeign, kJournalFault
Result<void> ensure_journal_schema(postgres::Connection& connection);

/// What PostgreSQL reports, in the journal's own words.
Error journal_error(const Error& error, const char* doing);

}  // namespace penstock::shell
