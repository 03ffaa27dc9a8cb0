#pragma once

#include "advise/estimate/training.h"
#include "advise/recommend/market.h"
#include "advise/recommend/query.h"
#include "base/error.h"
#include "base/time.h"
#include "penstock/v1/intent.pb.h"
#include "penstock/v1/recommendation.pb.h"

namespace penstock::recommend {

/// Several plans for an intent, none worse than another in everything; or why there are none.
///
/// Offers are held against each demand exactly. What is left is used in all numbers of cards and
/// starts that may matter, or shared among suppliers where the work can be; of these the best by
/// each goal are shown. Where there is none, the funnel says which demand removed how many offers,
/// and the relaxations what smallest change would give a plan. What a market does not say counts
/// as not met. Of alternatives, `ordered` gives the first that has a plan, and `any_of` the one
/// whose first plan is best by the first goal. Spends and holds nothing.
/// @retval kIntentIncomplete, kNotEstimated, kIntentContradicts  With the slot.
/// O(offers × log offers). Deterministic.
Result<v1::Recommendation> recommend(const Market& market, const estimate::Estimator& estimator,
                                     const v1::Intent& intent, Instant now);

}  // namespace penstock::recommend
