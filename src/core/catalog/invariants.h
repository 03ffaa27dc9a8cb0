#pragma once

#include <string>
#include <vector>

#include "core/catalog/catalog.h"

namespace penstock::catalog {

/// Every broken invariant, in words; empty when all hold. Looks at the whole state.
std::vector<std::string> broken_invariants(const Catalog& catalog);

}  // namespace penstock::catalog
