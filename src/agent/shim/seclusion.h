#pragma once

#include "agent/shim/launch.h"
#include "base/error.h"

namespace penstock::agent {

/// Moves the calling process, which must be root, into a file system of its own that holds the
/// system's folders and /stage, and makes it an ordinary user without privileges for good.
///
/// So the sandbox program works whatever the permissions of the folders above the attempt's (and of
/// the root folder itself), and what breaks out of it is nobody on this machine.
/// @retval kSandboxFailed  The process may be half way: it must not go on.
Result<void> seclude(const Launch::Seclusion& seclusion);

}  // namespace penstock::agent
