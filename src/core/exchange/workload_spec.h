#pragma once

#include "base/error.h"
#include "core/task/tasks.h"
#include "penstock/v1/task.pb.h"

namespace penstock::exchange {

/// Checks a workload's description against the limits that the proto states, and reads from it what
/// the core keeps. Order and buyer are left for the caller to fill in.
/// @retval TASK_SPEC_INVALID  Names the field and the limit.
Result<task::NewWorkload> read_spec(const v1::WorkloadSpec& spec);

/// @retval OUTPUT_INVALID
Result<std::vector<task::Output>> read_outputs(
    const google::protobuf::RepeatedPtrField<v1::Artifact>& outputs);

}  // namespace penstock::exchange
