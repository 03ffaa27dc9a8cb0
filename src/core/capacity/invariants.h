#pragma once

#include <string>
#include <vector>

#include "core/capacity/capacity.h"

namespace penstock::capacity {

/// What must always be true of capacity, in words where it is not; empty when all holds.
///
/// At no instant is more promised than existed when it was promised; a pool's promises are the sum
/// of its products'. O(steps).
std::vector<std::string> broken_invariants(const Capacity& capacity);

}  // namespace penstock::capacity
