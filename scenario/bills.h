#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "scenario/cast.h"
#include "scenario/venue.h"

namespace penstock::scenario {

/// What the settlement bills of a scenario came to.
struct BillTally {
    std::uint64_t bills = 0;
    std::uint64_t credit_notes = 0;
    std::uint64_t focus_rows = 0;
    std::uint64_t rules_passed = 0;  ///< Of FOCUS; 0 where the official files are not here.
};

/// Composes every settlement bill from the tables and holds them against contracts, ledger and the
/// rows of FOCUS, which go into `folder`/focus.csv and are judged by the official rules.
/// @return What does not hold.
std::vector<std::string> check_bills(Venue& venue, const Cast& cast,
                                     const std::filesystem::path& folder, BillTally& tally);

}  // namespace penstock::scenario
