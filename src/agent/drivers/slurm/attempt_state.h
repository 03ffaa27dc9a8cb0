#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/drivers/slurm/control.h"
#include "agent/observation.h"
#include "base/error.h"

namespace penstock::agent::slurm {

// What the driver keeps and finds of an attempt in its folder, on a file system that nodes write
// to.

inline constexpr const char* kOutputFile = "/slurm.out";  ///< What the job's script itself wrote.

/// Forgets what this machine remembers of the folder's names, so that a node's newest files are
/// seen.
void look_anew(const std::string& folder);

/// The job that has begun the attempt or else, until one has, the one that was submitted for it.
Result<std::optional<std::uint64_t>> read_job_id(const std::string& folder);
Result<void> keep_job_id(const std::string& folder, std::uint64_t id);
/// When it was submitted, UTC; 0 when that is not known.
std::int64_t submitted_at_ns(const std::string& folder);

bool is_asked_to_stop(const std::string& folder);
/// UTC; 0 when it was not.
std::int64_t asked_to_stop_at_ns(const std::string& folder);

/// Why the driver itself has given an attempt up; the first reason stays.
Result<void> give_up(const std::string& folder, EndReason reason);
std::optional<EndReason> given_up_for(const std::string& folder);

/// Whether no shim can hold the attempt any more, wherever it may be cut off: its lease is over.
bool is_lease_over(const std::string& folder);

/// What Slurm's word of an ended job and the shim's make of the attempt; still running where its
/// end is not sure yet.
Result<Observation> end_of(const std::string& folder, const Job& job);
/// The same of a job that Slurm does not know.
Result<Observation> end_of_unknown(const std::string& folder);

}  // namespace penstock::agent::slurm
