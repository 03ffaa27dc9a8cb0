#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

/// One output and where it goes.
struct OutputPlace {
    std::string path;  ///< Below the folder; never leads out of it.
    std::string digest;
    std::uint64_t size_bytes = 0;
};

enum class Layout { automatic, flat, tasks };

/// Where the outputs of the tasks that succeeded go: together when no two have one name, otherwise
/// (or when asked for) each task's below "task-0007". Names come from suppliers and are not
/// trusted.
/// @retval kUnsafePath  A name is absolute, has "..", an empty part, or a control character.
/// @retval kUsage       Asked for flat, and two outputs have one name.
Result<std::vector<OutputPlace>> place_outputs(const v1::GetWorkloadResponse& state, Layout layout);

}  // namespace penstock::client
