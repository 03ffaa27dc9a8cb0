#pragma once

#include <string>
#include <vector>

#include "scenario/bank.h"
#include "scenario/cast.h"

namespace penstock::scenario {

/// What is wrong when all contracts have ended and all is paid; empty when the books close to the
/// last unit.
std::vector<std::string> close_books(Venue& venue, const Cast& cast, const Bank& bank);

}  // namespace penstock::scenario
