#pragma once

#include <string>

#include "base/hash.h"
#include "penstock/v1/task.pb.h"

namespace penstock::exchange {

/// The digest of what makes two workloads the same job: all of the description but its name, how
/// many tasks there are, what a task delivers, and limits.
Digest job_of(const v1::WorkloadSpec& spec);

/// In which of its fields a workload is another job than the one that was tried: "run, files".
/// Empty where both are the same job.
std::string job_difference(const v1::WorkloadSpec& tried, const v1::WorkloadSpec& asked);

/// The sentence of it for a refusal.
/// @param tried  As the task keeps it: serialised.
std::string say_job_difference(const std::string& tried, const v1::WorkloadSpec& asked);

}  // namespace penstock::exchange
