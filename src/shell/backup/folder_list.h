#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::backup {

/// Paths of all files below a folder, relative to it, in order. Links are followed.
/// @param leave_out  Asked with a relative path; a folder that is left out is not entered. Files
///                   that go away meanwhile are no error.
/// @retval kStrangeFile  Something is neither file nor folder.
/// @retval kFileFault
Result<std::vector<std::string>> list_files(const std::filesystem::path& folder,
                                            bool (*leave_out)(const std::string& path));

}  // namespace penstock::backup
