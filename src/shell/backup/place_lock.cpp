#include "shell/backup/place_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/error.h"
#include "shell/backup/error.h"

namespace penstock::backup {

Result<PlaceLock> PlaceLock::take(const std::filesystem::path& place) {
    const std::filesystem::path path = place.string() + ".lock";
    files::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock.is_open()) return files::fault("cannot create", path.native());
    struct stat held{};
    struct stat named{};
    // Whoever had it before may have removed it since we opened it; then it keeps nobody out.
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0 || ::fstat(lock.number(), &held) != 0 ||
        ::stat(path.c_str(), &named) != 0 || held.st_ino != named.st_ino)
        return reject(kBackupUnderWay, {}, place.string());
    return PlaceLock(path, std::move(lock));
}

PlaceLock::~PlaceLock() {
    if (lock_.is_open()) ::unlink(path_.c_str());
}

}  // namespace penstock::backup
