#pragma once

#include <string>

#include "agent/observation.h"
#include "base/error.h"

namespace penstock::agent {

/// What a shim tells through its status file, replaced as a whole on each change.
struct Status {
    Observation::State state = Observation::State::absent;
    int shim_pid = 0;
    int task_pid = 0;  ///< The sandbox's outermost process.
    std::string boot;  ///< Of which the pids and the boottime are.
    std::int64_t started_boottime_ns = 0;
    std::int64_t started_at_ns = 0;  ///< UTC.
    std::int64_t ended_at_ns = 0;    ///< UTC.
    EndReason reason = EndReason::exited;
    int exit_code = 0;
    UsageSample usage;  ///< Final; zero while it runs.
    std::string detail;
};

std::string to_json(const Status& status);

/// @retval kStateDamaged  Not such a text.
Result<Status> parse_status(const std::string& json);

/// The status in an attempt's folder; `absent` when no shim has written one.
Result<Status> read_status(const std::string& folder);

/// Replaces it, and returns when it would survive a power cut.
Result<void> write_status(const std::string& folder, const Status& status);

/// The exit code as shells give it: 128 + signal for a killed process.
int exit_code_of(int wait_status);

}  // namespace penstock::agent
