#pragma once

#include "sim/coverage.h"

namespace penstock::sim {

/// Provokes the refusals that no caller of the exchange can reach, because an outer check stands
/// before them: the guards behind the guards.
void run_drills(Coverage& coverage);

}  // namespace penstock::sim
