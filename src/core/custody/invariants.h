#pragma once

#include <string>
#include <vector>

#include "core/custody/bank_book.h"
#include "core/custody/withdrawals.h"

namespace penstock::custody {

/// Every broken invariant, in words; empty when all hold. Looks at the whole state.
std::vector<std::string> broken_invariants(const Withdrawals& withdrawals);
std::vector<std::string> broken_invariants(const BankBook& book);

}  // namespace penstock::custody
