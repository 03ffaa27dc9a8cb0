#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/error.h"

namespace penstock::files {

/// The folder in which the name stands.
std::filesystem::path folder_of(const std::filesystem::path& path);

/// Creates the folder and those above it, without waiting for the disk.
/// @retval kFileFault
Result<void> ensure_folder(const std::filesystem::path& path, mode_t mode = 0700);

/// Removes a folder and all below it, never following links. Nothing there is no error.
/// @retval kFileFault
Result<void> remove_folder(const std::filesystem::path& path);

/// Waits until the name itself of a file or folder is on the disk: syncs the folder that holds it.
/// @retval kFileFault
Result<void> sync_name(const std::filesystem::path& path);

/// Waits until all that was written to the file system of a folder is on its disk. For many files
/// this is quicker than to wait for each.
/// @retval kFileFault
Result<void> sync_file_system(const std::filesystem::path& folder);

}  // namespace penstock::files
