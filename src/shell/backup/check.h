#pragma once

#include <filesystem>

#include "base/error.h"
#include "penstock/v1/backup.pb.h"

namespace penstock::backup {

/// Reads a backup from its first byte to its last: every file is what the manifest says, and there
/// is no other; the journal's chain holds and ends where the manifest says; the evidence log gives
/// the root that was signed, and has nothing that the journal has not. Changes nothing.
/// @retval kNotABackup, kBackupFormat
/// @retval kBackupDamaged  The detail names the file.
/// O(size of the backup).
Result<v1::BackupManifest> check_backup(const std::filesystem::path& folder);

/// Whether a backup has what no server starts without.
/// @param elsewhere  Where it may lie, too; empty for nowhere.
/// @param with_log_keys  False where the log is begun anew.
/// @retval kSecretsMissing  The detail names the file.
Result<void> check_secrets(const v1::BackupManifest& manifest,
                           const std::filesystem::path& elsewhere, bool with_log_keys);

}  // namespace penstock::backup
