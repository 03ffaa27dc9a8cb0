#pragma once

#include "shell/api/api.h"
#include "shell/server/table_questions.h"

namespace penstock::shell {

/// Answers GetAccountStatement from the tables, with names from the exchange.
void serve_account_statements(Api& api, projection::Projection& tables, TableFeed& feed);

}  // namespace penstock::shell
