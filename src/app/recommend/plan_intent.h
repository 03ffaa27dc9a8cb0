#pragma once

#include "app/client/plan_intent.h"
#include "base/error.h"
#include "penstock/v1/recommendation.pb.h"

namespace penstock::app {

/// In the reference market.
/// @retval As recommend::recommend(), and what reading the sentence or the file is refused for
Result<v1::Recommendation> plans_for(const client::PlanIntentArguments& arguments);

/// Plans for a sentence or an intent (docs/recommendation.md): made by the exchange over what it
/// has on sale, or here in the reference market. Ends with CLI::RuntimeError 1 where there is no
/// plan.
client::RemoteResult<void> plan_intent(const client::PlanIntentArguments& arguments,
                                       client::Session& session);

}  // namespace penstock::app
