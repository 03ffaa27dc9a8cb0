#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::files {

/// Replaces a file as a whole: readers see the old content or the new, also after a power cut.
/// Writes beside it, syncs, renames, and syncs the folder. What root writes belongs to the owner of
/// the file that was there, or else to the folder's.
/// @param pieces  Written one after another.
/// @param mode    Permission bits of the new file.
/// @param before_rename  Called when the new content is on the disk, beside its place.
/// @retval kFileFault  The old content is still there, unless it was the last sync that failed.
Result<void> write_durably(const std::filesystem::path& path,
                           std::initializer_list<std::string_view> pieces, mode_t mode = 0600,
                           const std::function<void()>& before_rename = {});

/// The same without waiting for the disk: for what means nothing after a reboot.
/// @retval kFileFault  The old content is still there.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode = 0600);

/// Where the new content of a file is written before it has its name. The process's number keeps
/// those out of each other's way that replace one file.
std::filesystem::path draft_of(const std::filesystem::path& path);

/// Removes drafts of a file that writers left who were killed. Nobody may be writing the file.
/// @retval kFileFault
Result<void> remove_drafts(const std::filesystem::path& path);

/// The whole content.
/// @param bytes_max    More than this is refused.
/// @retval kFileFault  Not there, not readable, or too large.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::uint64_t bytes_max = 64U << 20);

}  // namespace penstock::files
