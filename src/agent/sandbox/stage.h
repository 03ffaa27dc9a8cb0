#pragma once

#include <optional>
#include <string>

#include "agent/driver.h"

namespace penstock::agent {

// An attempt's folder, as the host driver lays it out:
//   stage/job        the task's working folder
//   stage/etc        passwd, group and hosts of the sandbox
//   root             an empty folder: where the secluded file system is mounted
//   control          what the agent tells the shim
inline constexpr const char* kStageFolder = "stage";
inline constexpr const char* kJobFolder = "stage/job";
inline constexpr const char* kRootFolder = "root";

/// Whether `path` is relative, has no empty, '.' or '..' part and no control character, and so
/// cannot lead out of the folder it is appended to (links aside).
bool is_inner_path(const std::string& path);

/// Lays out the folder with the inputs. Begins anew where an earlier attempt at it broke off.
/// @param owner  User and group that the working folder is given to; empty for our own.
/// @retval kBadPath, kFileFault
Result<void> lay_out_stage(const AttemptSpec& spec, std::optional<std::uint32_t> owner);

}  // namespace penstock::agent
