#pragma once

#include <span>

#include "advise/recommend/choose.h"
#include "advise/recommend/find.h"
#include "penstock/v1/recommendation.pb.h"

namespace penstock::recommend {

/// A choice as it is shown: its order, figures with where each comes from, and why it is shown.
/// @param choices  All that are shown; reasons compare with the cheapest and the fastest of them.
v1::Recommended describe(const Query& query, const Found& found, const Choice& choice,
                         std::span<const Choice> choices);

}  // namespace penstock::recommend
