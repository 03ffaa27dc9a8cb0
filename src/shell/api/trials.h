#pragma once

#include <vector>

#include "advise/plan/trial.h"
#include "base/error.h"
#include "core/exchange/state.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::shell {

/// The trials and other work of the job that a request names, one for each product that each of
/// them ran on, in the order in which they are named; one that is named again counts once.
/// @retval TOO_MANY_TRIALS, ID_INVALID, TRIAL_NOT_FOUND, TRIAL_OF_ANOTHER_JOB
///         Field: trials, or trials[i].
Result<std::vector<plan::Trial>> read_trials(const exchange::State& state,
                                             const v1::PlanWorkloadRequest& request, PartyId buyer);

}  // namespace penstock::shell
