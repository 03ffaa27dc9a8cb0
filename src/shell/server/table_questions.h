#pragma once

#include "shell/api/api.h"
#include "shell/projection/projection.h"
#include "shell/server/feed.h"

namespace penstock::shell {

using TableFeed = Feed<projection::Projection, AfterFault::given_again>;

/// Has `api` answer lists, history and bills from the tables. All outlive it.
void serve_tables(Api& api, projection::Projection& tables, TableFeed& feed);

}  // namespace penstock::shell
