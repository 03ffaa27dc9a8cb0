#pragma once

#include "core/pricing/plan.h"
#include "penstock/v1/price.pb.h"

namespace penstock::pricing {

/// Makes a frozen plan of what was sent, or says which field is wrong and what to do.
/// @retval PLAN_VERSION_INVALID to STATED_ENERGY_INVALID
Result<PricePlan> read_plan(const v1::PricePlan& message);

/// The same plan as a message: read_plan() of it is equal to `plan`.
v1::PricePlan describe_plan(const PricePlan& plan);

}  // namespace penstock::pricing
