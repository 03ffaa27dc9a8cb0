#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::agent {

/// What the pool's cores are.
struct Topology {
    std::string text;       ///< Short: "1 Package, 1 L3 (32 MiB), 2 Core, 2 PU".
    std::string cpu_model;  ///< As the processor names itself; may be empty.
};

/// @retval kMeasurementFailed  The machine cannot be looked at.
Result<Topology> read_topology(const std::vector<std::uint32_t>& cpu_ids);

}  // namespace penstock::agent
