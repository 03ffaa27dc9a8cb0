#pragma once

#include <string>
#include <vector>

#include "core/ledger/ledger.h"

namespace penstock::ledger {

/// What must always be true of a ledger, in words where it is not; empty when all holds.
///
/// In each currency debits equal credits, pending and posted each for itself; no account breaks its
/// limit; what is pending on an account is the sum of its holds, and what is closed by a hold has
/// one that closes it. O(accounts + holds).
std::vector<std::string> broken_invariants(const Ledger& ledger);

}  // namespace penstock::ledger
