#pragma once

#include <string>
#include <vector>

#include "advise/recommend/find.h"
#include "penstock/v1/recommendation.pb.h"

namespace penstock::recommend {

/// Where an intent has no plan: the changes of one slot, or else of two, after which it has one.
/// Numbers are loosened as little as suffices; names are left out. What keeps data where the law
/// wants it (residence, jurisdiction, class) is never proposed to be given up.
/// @return The smallest change first.
Result<std::vector<v1::Recommendation::Relaxation>> relaxations(const Query& query);

}  // namespace penstock::recommend
