#pragma once

#include <filesystem>

#include "base/error.h"

namespace penstock::files {

/// As root, gives an open file or folder to the user whose it shall be: the one that what stands at
/// `path` belongs to, or else the folder of that name. So what root does for a server is the
/// server's. Another user changes nothing.
/// @retval kFileFault
Result<void> give_to_owner(int descriptor, const std::filesystem::path& path);

/// The same for a file at its place: it gets the owner of its folder. Nothing there is no error.
/// @retval kFileFault
Result<void> give_to_folder(const std::filesystem::path& path);

}  // namespace penstock::files
