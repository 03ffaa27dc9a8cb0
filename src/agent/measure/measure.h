#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "penstock/v1/statement.pb.h"

namespace penstock::agent {

/// How thoroughly to measure.
enum class Thoroughness : std::uint8_t {
    full,   ///< About eight seconds.
    quick,  ///< About two: for tests and trials; the figures scatter more.
};

struct MeasureOptions {
    std::vector<std::uint32_t> cpu_ids;  ///< The pool's cores; the measurement runs on these only.
    std::uint64_t memory_bytes = 0;      ///< What the pool offers.
    std::string folder;                  ///< Where the disk is measured; must exist.
    Thoroughness thoroughness = Thoroughness::full;
    std::vector<std::string> program;  ///< Runs measure_main: a path and its first arguments.
};

/// Measures the pool in a process of its own, pinned to the pool's cores, and returns the statement
/// with all but pool, agent and challenge, which the caller fills in before it signs.
///
/// Blocks for the time given above, on a busy machine for five minutes at most, or until `stop`. A
/// disk that cannot be measured is left out; floating-point speed and memory bandwidth are never.
/// @retval kMeasurementFailed, kProgramFailed  Nothing is known.
Result<v1::ProfileStatement> measure_pool(const MeasureOptions& options, std::stop_token stop = {});

/// The program `penstock measure CPUS MEMORY FOLDER full|quick`: measures in this process, and
/// prints the serialised statement in hexadecimal on standard output. Returns the exit code.
/// With `any:N` for the cores it takes the first N that it may run on, where an engine chooses
/// them, and fails where there are fewer. The statement that measure_main printed last of all.
/// @retval kMeasurementFailed  It is none; the detail is the whole output.
Result<v1::ProfileStatement> read_measured(const std::string& output);

int measure_main(const std::vector<std::string>& arguments);

}  // namespace penstock::agent
