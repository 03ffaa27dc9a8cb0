#pragma once

#include <string>
#include <vector>

#include "core/party/directory.h"
#include "core/party/people.h"

namespace penstock::party {

/// Every broken invariant, in words; empty when all hold. Looks at the whole state.
std::vector<std::string> broken_invariants(const Directory& directory);
std::vector<std::string> broken_invariants(const People& people);

}  // namespace penstock::party
