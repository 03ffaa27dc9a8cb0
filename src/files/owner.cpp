#include "files/owner.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "files/descriptor.h"
#include "files/error.h"
#include "files/folder.h"

namespace penstock::files {

namespace {

Result<void> give(int descriptor, const struct stat& owner, const std::filesystem::path& path) {
    struct stat now{};
    if (::fstat(descriptor, &now) != 0) return fault("cannot see", path.native());
    if (now.st_uid == owner.st_uid && now.st_gid == owner.st_gid) return {};
    if (::fchown(descriptor, owner.st_uid, owner.st_gid) == 0) return {};
    // Who is root in a user namespace alone cannot give to those whom it does not have.
    if (errno == EPERM || errno == EINVAL) return {};
    return fault("cannot give away", path.native());
}

}  // namespace

Result<void> give_to_owner(int descriptor, const std::filesystem::path& path) {
    if (::geteuid() != 0) return {};
    struct stat owner{};
    if (::lstat(path.c_str(), &owner) != 0 && ::stat(folder_of(path).c_str(), &owner) != 0)
        return fault("cannot see", folder_of(path).native());
    return give(descriptor, owner, path);
}

Result<void> give_to_folder(const std::filesystem::path& path) {
    if (::geteuid() != 0) return {};
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file.is_open() && errno == ENOENT) return {};
    if (!file.is_open()) return fault("cannot open", path.native());
    struct stat owner{};
    if (::stat(folder_of(path).c_str(), &owner) != 0)
        return fault("cannot see", folder_of(path).native());
    return give(file.number(), owner, path);
}

}  // namespace penstock::files
