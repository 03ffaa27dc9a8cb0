#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "penstock/v1/backup.pb.h"

namespace penstock::backup {

/// What becomes of the evidence log. Commands that were acknowledged after the backup are gone; if
/// the log was signed after it, too, going on with it would contradict what others have seen.
enum class LogAfter : std::uint8_t {
    same,    ///< Nothing was acknowledged or signed after the backup: the log goes on.
    renewed  ///< A new log under new keys has the records of the journal; the old one ends.
};

struct RestoreOptions {
    std::filesystem::path from{};     ///< What make_backup() made.
    std::filesystem::path data{};     ///< Empty, or not there.
    std::filesystem::path secrets{};  ///< Where the server will have --secrets; else empty.
    std::string journal_url{};        ///< An empty database; empty for <data>/journal.db.
    LogAfter log = LogAfter::renewed;
};

/// Makes a data folder from a backup, after checking all of it.
///
/// Until all is there and on the disk the folder holds a mark, and no server uses it; so half a
/// restore is never taken for a whole one, and a restore that died is done again over its own
/// remains. As root, files get the owner of the data folder. Where `secrets` is named, the secrets
/// of a server that had none go there, too.
/// @retval What check_backup() says  Nothing was written.
/// @retval kFolderNotEmpty, kSecretsPlace, kSecretsDiffer, kJournalInUse, kJournalNotEmpty,
///         kFileFault
Result<v1::BackupManifest> restore_backup(const RestoreOptions& options);

}  // namespace penstock::backup
