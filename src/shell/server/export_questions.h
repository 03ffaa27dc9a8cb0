#pragma once

#include "shell/api/api.h"
#include "shell/server/table_questions.h"

namespace penstock::shell {

/// Answers ListJournal and ListMeteredAttempts from the tables; accounts are named by the exchange.
void serve_exports(Api& api, projection::Projection& tables, TableFeed& feed);

}  // namespace penstock::shell
