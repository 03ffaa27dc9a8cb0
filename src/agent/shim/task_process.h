#pragma once

#include <string>

#include "agent/shim/launch.h"
#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::agent {

/// A started program of a launch and what the shim holds of it.
struct TaskProcess {
    int pid = 0;
    files::Descriptor process;  ///< pidfd: readable when it has ended.
    /// What it writes; not blocking. Ends when all that may write have ended.
    files::Descriptor output;
    files::Descriptor ready;  ///< One byte when the buyer's text begins.
};

/// Starts the program in its group, secluded, with the kernel told to kill it when the caller dies.
/// The calling process must have one thread. A failure between here and the program's own first
/// step is seen as its end with code 127, the cause in its output.
/// @retval kSandboxFailed  Nothing was started.
Result<TaskProcess> start_task(const Launch& launch);

}  // namespace penstock::agent
