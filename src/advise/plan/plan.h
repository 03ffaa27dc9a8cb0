#pragma once

#include <span>

#include "advise/plan/candidate.h"
#include "advise/plan/trial.h"
#include "base/error.h"
#include "base/money.h"
#include "base/time.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::plan {

/// A core of this double-precision speed is the reference of `expected_task_seconds`.
inline constexpr std::int64_t kReferenceMflops = 10'000;
/// What a task is taken to last on a reference core when its author does not say.
inline constexpr std::int64_t kUsualTaskSeconds = 60;

/// Finds the best ways to run a workload: the fastest, the cheapest, and the best of both worlds.
///
/// Spends and holds nothing: each plan carries the exact order to submit, whose lines start at
/// `now` and which the core prices and checks again. Tasks go to whoever is free, so that a faster
/// pool does more of them; a contract's term leaves time to move all tasks of one failed supplier
/// to the others, since only the time of accepted attempts is paid. Expected times scale with the
/// measured speed of a core; they are estimates, `max_total` is a promise: the order cannot cost
/// more. When nothing fits, the funnel says how many products each constraint left, and
/// `relaxation` what smallest change would give a plan.
///
/// With trials of the job, products are compared by what these showed in place of measured speed,
/// those that were not tried are left out, and each line of an order carries the result band.
///
/// @param candidates  All products, on sale or not; at most some thousands.
/// @param currency    The exchange's.
/// @param trials      Of this very job; each on one of the candidates.
/// @retval kSpecOutOfRange, kMaxPriceInvalid, kResultUnitMissing  Field: as in
///         PlanWorkloadRequest.
/// O(n log n) in candidates, and independent of the number of tasks. Deterministic.
Result<v1::PlanWorkloadResponse> plan_workload(const v1::WorkloadSpec& spec,
                                               std::span<const Candidate> candidates,
                                               Currency currency, Instant now,
                                               std::span<const Trial> trials = {});

}  // namespace penstock::plan
