#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "penstock/v1/task.pb.h"

namespace penstock::agent {

/// What the agent keeps of an attempt in the attempt's folder, beside what its driver keeps there.
struct AttemptRecord {
    v1::Assignment assignment;
    std::uint32_t cores = 0;               ///< That it holds; 0 when it is only to be reported.
    std::vector<std::uint32_t> cpu_ids{};  ///< Which, where the agent chooses.
    bool is_settled = false;               ///< The exchange has given its last word on the end.
};

/// Keeps it, and returns when it would survive a power cut.
Result<void> save_attempt(const std::string& folder, const AttemptRecord& record);

/// @retval kStateDamaged  The folder holds no attempt.
Result<AttemptRecord> load_attempt(const std::string& folder);

}  // namespace penstock::agent
