#pragma once

#include <vector>

#include "advise/recommend/find.h"
#include "penstock/v1/recommendation.pb.h"

namespace penstock::recommend {

/// Changed intents that are planned at most: each takes as long as a plan, and who asks waits.
inline constexpr unsigned kPlanningsMax = 200;

struct Relaxations {
    std::vector<v1::Recommendation::Relaxation> found;  ///< The smallest change first.
    bool is_cut_short = false;  ///< Not all changes were tried, for there would have been too many.
};

/// Where an intent has no plan: the changes of one slot, or else of two, after which it has one.
/// Time, budgets and carbon are loosened as little as suffices; of cards, cores, memory and hours
/// to be had, the most is proposed that there is; all else is left out. What keeps data safe and
/// where the law wants it (residence, jurisdiction, class, security level) is never proposed to be
/// given up. What is left out counts as doubled.
Result<Relaxations> relaxations(const Query& query);

}  // namespace penstock::recommend
