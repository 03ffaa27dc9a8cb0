#include "shell/server/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include "shell/journal/error.h"
#include "shell/server/error.h"

namespace penstock::shell {

Result<files::Descriptor> lock_data_folder(const std::filesystem::path& data, LockFor purpose) {
    const std::string path = data / "server.lock";
    files::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.is_open()) return reject(kDataFolderUnusable, {}, path);
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
        return reject(kJournalInUse, {}, data.string());
    std::error_code ignored;
    if (purpose == LockFor::use && std::filesystem::exists(data / kRestoreMark, ignored))
        return reject(kRestoreUnfinished, {}, data.string());
    return lock;
}

}  // namespace penstock::shell
