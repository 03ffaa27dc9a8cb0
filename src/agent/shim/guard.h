#pragma once

#include <string>

#include "agent/observation.h"
#include "agent/shim/launch.h"

namespace penstock::agent {

/// Watches a shim from a process of its own, which must end when this returns, until the shim has
/// ended. When the shim vanishes without having told the end, or lets a lease pass by more than a
/// second (it may have been stopped), kills shim and task and tells the end in its place.
/// @param shim  The shim's process number; it must be the caller's parent.
void guard_shim(const std::string& folder, const Launch& launch, int shim);

/// Kills whatever is left of a task whose shim is gone, writes its end, and frees its group. Also
/// for the agent, when shim and guard were both killed. Changes nothing of an attempt that ended.
/// @retval kStateDamaged, kFileFault, kNoLimits  Try again.
Result<void> finish_abandoned(const std::string& folder, const Launch& launch, EndReason reason);

}  // namespace penstock::agent
