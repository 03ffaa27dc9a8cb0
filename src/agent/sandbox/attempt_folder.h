#pragma once

#include <optional>
#include <string>

#include "agent/driver.h"
#include "agent/shim/launch.h"

namespace penstock::agent {

// What an attempt's folder holds and tells, whatever the engine that placed it: drivers whose tasks
// a shim keeps share this.

/// How a shim is to keep an attempt.
struct Keeping {
    /// Root only: the task runs as this user, in a file system of its own.
    std::optional<std::uint32_t> secluded_user{};
    CgroupVersion cgroup_version = CgroupVersion::none;
    std::string cgroup_mount{};
    std::string cgroup_name{};
    std::uint64_t log_size_max = 16U << 20;
    std::uint64_t file_size_max = 16ULL << 30;  ///< Of any one file that the task writes.
};

/// Lays out the attempt's folder: its inputs, its sandbox, and what the shim shall start. Changes
/// nothing while a shim keeps it.
/// @retval kBadText, kBadPath, kFileFault
Result<void> lay_out_attempt(const AttemptSpec& spec, const Keeping& keeping);

/// @retval kFileFault, kStateDamaged
Result<Launch> read_launch(const std::string& folder);

/// Whether a shim or its guard lives on this machine: they hold the lock as long as either does.
bool has_keeper(const std::string& folder);

/// What the shim told last.
Result<Observation> told_by_shim(const std::string& folder);

/// @param log_size_max  As the shim was told.
Result<LogPiece> read_log(const std::string& folder, std::uint64_t offset, std::size_t size_max,
                          std::uint64_t log_size_max);

/// The shim ends the task within a second or so.
Result<void> ask_shim_to_stop(const std::string& folder);

/// After so many seconds the shim ends the task of such a workload.
std::int64_t time_limit_seconds(const v1::WorkloadSpec& workload);

}  // namespace penstock::agent
