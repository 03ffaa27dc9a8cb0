#pragma once

#include <string>
#include <vector>

#include "app/client/session.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

/// So many products are tried when nobody says which.
inline constexpr std::size_t kShortlistMax = 8;

/// The products that a job is to be tried on, the likeliest first: those that are named; else those
/// of the plans by measured speed, then others on which a task fits now, the cheapest for their
/// speed first.
/// @param named  prod_…; empty: none.
/// @retval kUsage  A product that is named is not on sale, or too small for a task (field
///                 "products").
RemoteResult<std::vector<v1::Product>> shortlist(Session& session, const v1::WorkloadSpec& spec,
                                                 const std::vector<std::string>& named);

}  // namespace penstock::client
