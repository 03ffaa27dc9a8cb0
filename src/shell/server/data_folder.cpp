#include "shell/server/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/try.h"
#include "files/owner.h"
#include "shell/journal/error.h"
#include "shell/server/error.h"

namespace penstock::shell {

namespace {

constexpr const char* kBackupLock = "backup.lock";

/// @return Not open when another has it in the way.
Result<files::Descriptor> lock_file(const std::string& path, int how) {
    files::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    // One that root leaves behind must open to the server, too.
    if (!lock.is_open() || !files::give_to_folder(path))
        return reject(kDataFolderUnusable, {}, path);
    if (::flock(lock.number(), how | LOCK_NB) != 0) lock.reset();
    return lock;
}

}  // namespace

Result<files::Descriptor> lock_data_folder(const std::filesystem::path& data, LockFor purpose) {
    TRY_ASSIGN(files::Descriptor lock, lock_file(data / "server.lock", LOCK_EX));
    if (!lock.is_open()) return reject(kJournalInUse, {}, data.string());
    std::error_code ignored;
    if (purpose == LockFor::use && std::filesystem::exists(data / kRestoreMark, ignored))
        return reject(kRestoreUnfinished, {}, data.string());
    return lock;
}

Result<files::Descriptor> lock_against_backups(const std::filesystem::path& data) {
    TRY_ASSIGN(files::Descriptor lock, lock_file(data / kBackupLock, LOCK_EX));
    if (!lock.is_open()) return reject(kBackupRuns, {}, data.string());
    return lock;
}

Result<files::Descriptor> lock_for_backup(const std::filesystem::path& data) {
    TRY_ASSIGN(files::Descriptor lock, lock_file(data / kBackupLock, LOCK_SH));
    if (!lock.is_open()) return reject(kSecretsChange, {}, data.string());
    return lock;
}

}  // namespace penstock::shell
