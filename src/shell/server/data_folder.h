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

/// Held while secrets are replaced: no backup is made meanwhile that would have some under the one
/// key and some under the other, or what the new key was to make unreadable.
/// @retval kBackupRuns, kDataFolderUnusable
Result<files::Descriptor> lock_against_backups(const std::filesystem::path& data);

/// Held by a backup, beside others.
/// @retval kSecretsChange, kDataFolderUnusable
Result<files::Descriptor> lock_for_backup(const std::filesystem::path& data);

}  // namespace penstock::shell
