#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/error.h"
#include "penstock/v1/backup.pb.h"

namespace penstock::backup {

struct BackupOptions {
    std::filesystem::path data{};     ///< Of a server, which may be running.
    std::filesystem::path secrets{};  ///< As the server has it; empty for none.
    std::string journal_url{};        ///< As the server has it; empty for <data>/journal.db.
    std::filesystem::path to{};       ///< The folder to make; nothing may be there.
    /// Called when it is settled up to which command the backup goes, and the rest is to come.
    std::function<void()> when_settled = [] {};
};

/// Writes all that an exchange cannot make again into a new folder, with a manifest of every file.
///
/// The server goes on meanwhile. Every command that was acknowledged before the call is in the
/// backup; of later ones the first so many. What is there when this returns was read back and
/// checked, and is on the disk; until then it has another name, `to` with ".unfinished".
/// @retval kBackupPlaceTaken, kBackupUnderWay, kNothingToBackUp, kStrangeFile, kSecretsChange, what
///         the journal and files say, and what check_backup() says of the copy
/// O(size of journal, evidence and files).
Result<v1::BackupManifest> make_backup(const BackupOptions& options);

}  // namespace penstock::backup
