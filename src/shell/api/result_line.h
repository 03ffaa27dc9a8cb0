#pragma once

#include "base/error.h"
#include "penstock/v1/task.pb.h"

namespace penstock::shell {

/// Whether the expression that counts a workload's results can be used. Agents would refuse it only
/// when the work is bought and has begun.
/// @retval RESULT_PATTERN_WRONG  Field: spec.result_unit.line.
Result<void> check_result_line(const v1::WorkloadSpec& spec);

}  // namespace penstock::shell
