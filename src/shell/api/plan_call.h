#pragma once

#include "shell/api/api.h"

namespace penstock::shell {

/// Has `api` serve ContractService/PlanWorkload and RecommendationService/PlanIntent: copies what
/// is on sale out of the exchange, and plans with it on a worker.
void serve_plans(Api& api);

}  // namespace penstock::shell
