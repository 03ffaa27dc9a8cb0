#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::shell {

/// Lies in a data folder while a backup is restored into it.
inline constexpr const char* kRestoreMark = "restore.unfinished";

enum class LockFor : std::uint8_t { use, restore };

/// Keeps every other server, and `penstock rebuild`, out of a data folder for as long as the result
/// lives.
/// @retval kJournalInUse, kDataFolderUnusable
/// @retval kRestoreUnfinished  Only with LockFor::use.
Result<files::Descriptor> lock_data_folder(const std::filesystem::path& data,
                                           LockFor purpose = LockFor::use);

}  // namespace penstock::shell
