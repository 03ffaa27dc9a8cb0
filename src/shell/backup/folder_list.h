#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::backup {

/// Paths of all files below a folder, relative to it, in order. The folder itself may
/// be a link; below it none is followed, for whoever may write there could have root copy anything.
/// @param leave_out  Asked with a relative path; a folder that is left out is not entered. Files
///                   that go away meanwhile are no error.
/// @retval kStrangeFile  Something is neither file nor folder, or a link.
/// @retval kFileFault
Result<std::vector<std::string>> list_files(const std::filesystem::path& folder,
                                            bool (*leave_out)(const std::string& path));

}  // namespace penstock::backup
