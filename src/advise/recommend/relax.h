#pragma once

#include <string>
#include <vector>

#include "advise/recommend/find.h"
#include "penstock/v1/recommendation.pb.h"

namespace penstock::recommend {

/// Where an intent has no plan: the changes of one slot, or else of two, after which it has one.
/// Time, budgets and carbon are loosened as little as suffices; of cards, cores, memory and hours
/// to be had, the most is proposed that there is; all else is left out. What keeps data safe and
/// where the law wants it (residence, jurisdiction, class, security level) is never proposed to be
/// given up.
/// @return The smallest change first; what is left out counts as doubled.
Result<std::vector<v1::Recommendation::Relaxation>> relaxations(const Query& query);

}  // namespace penstock::recommend
