#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::agent {

/// How a program ended.
struct ProgramRun {
    int exit_code = 0;   ///< 128 + signal for a killed one.
    std::string output;  ///< Standard output and error, up to 1 MiB, without final line breaks.
};

struct ProgramOptions {
    std::vector<std::uint32_t> cpu_ids;        ///< It may run on these only; empty for all.
    std::int64_t timeout_ns = 60'000'000'000;  ///< Killed after this.
    /// Killed when this is asked to stop. Then, and after the time, so is what it has started, if
    /// it can be asked at all.
    std::stop_token stop = {};
};

/// Runs a program of our own and waits for its end. Safe in a process with several threads.
/// @param program  Path and arguments; the environment is ours.
/// @retval kProgramFailed  It could not be started, or was killed for its time or by `stop`.
Result<ProgramRun> run_program(const std::vector<std::string>& program,
                               const ProgramOptions& options = {});

}  // namespace penstock::agent
