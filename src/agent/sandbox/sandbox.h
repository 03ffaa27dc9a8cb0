#pragma once

#include <string>
#include <vector>

#include "agent/driver.h"

namespace penstock::agent {

inline constexpr const char* kSandboxProgram = "/usr/bin/bwrap";

// Numbers under which the sandbox finds what it needs open. One digit: a shell can close no others.
inline constexpr int kReadyNumber = 3;
inline constexpr int kArgumentsNumber = 4;
inline constexpr int kFilterNumber = 5;

/// The task's own folder, inside the sandbox.
inline constexpr const char* kWorkingFolder = "/job";

/// The arguments of bubblewrap for one attempt: own user, process, network, host name, message and
/// mount namespaces; the system's programs read-only; a private /tmp that counts as the task's
/// memory; an empty environment but for the task's own; no privileges, and none to be had.
/// @param stage       Where the attempt's stage folder stands for the process that runs bubblewrap.
/// @param has_filter  Whether kFilterNumber will be open.
std::vector<std::string> sandbox_arguments(const AttemptSpec& spec, const std::string& stage,
                                           bool has_filter);

/// What the sandbox runs: the setup text, then the run text, each by `sh -e` in the working folder.
std::vector<std::string> sandbox_command(const v1::WorkloadSpec& workload);

}  // namespace penstock::agent
