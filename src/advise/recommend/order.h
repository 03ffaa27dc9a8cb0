#pragma once

#include <cstdint>
#include <span>

#include "advise/recommend/option.h"
#include "advise/recommend/query.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::recommend {

/// The order of an option, each supplier for the time of its leg; its max_total is left open.
/// @param longer  By how much of its leg's time each order line goes on beyond it, but not beyond
///                the deadline; empty: none does.
v1::PlaceOrderRequest order_of(const Query& query, std::span<const Leg> legs,
                               std::span<const double> longer = {});

/// The most that the exchange holds for an order, in micros; kMoneyMax where that is too much for
/// any, 0 where nothing can be ordered.
std::int64_t held_for(const Query& query, const v1::PlaceOrderRequest& order);

/// The least budget that pays for an option, in micros: what it costs, and what is held for the
/// order of just that.
std::int64_t least_budget(const Query& query, const Option& option, std::span<const Leg> legs);

}  // namespace penstock::recommend
