#pragma once

#include <string>

#include "penstock/v1/contract.pb.h"

namespace penstock::client {

/// The plans as a table, best first, with each plan's shares below it; or, when there is none, what
/// stood in the way and the smallest change that would help.
/// What trials showed, if there were any, comes first.
std::string plans_text(const v1::PlanWorkloadResponse& plans);

/// What each trial showed, the cheapest result first, and why where it shows no price.
std::string quotes_text(const v1::PlanWorkloadResponse& plans);

}  // namespace penstock::client
