#pragma once

#include "shell/api/api.h"
#include "shell/server/table_questions.h"

namespace penstock::shell {

/// Answers the questions of BillService from the tables. All outlive `api`.
void serve_bills(Api& api, projection::Projection& tables, TableFeed& feed);

}  // namespace penstock::shell
