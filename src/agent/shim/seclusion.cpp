#include "agent/shim/seclusion.h"

#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

#include "agent/error.h"
#include "base/try.h"
#include "files/error.h"

namespace penstock::agent {
namespace {

std::unexpected<Error> fault(std::string_view doing, std::string_view path) {
    return reject(kSandboxFailed, {}, files::fault_text(doing, path));
}

Result<void> bind(const std::string& source, const std::string& target) {
    if (::mkdir(target.c_str(), 0755) != 0) return fault("cannot create", target);
    if (::mount(source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
        return fault("cannot show", source);
    return {};
}

/// /bin, /lib and their like are folders on some systems, links below /usr on others.
Result<void> show_system_folder(const std::string& path, const std::string& root) {
    std::error_code ignored;
    const auto status = std::filesystem::symlink_status(path, ignored);
    if (!std::filesystem::exists(status)) return {};
    if (!std::filesystem::is_symlink(status)) return bind(path, root + path);
    const auto target = std::filesystem::read_symlink(path, ignored).string();
    if (::symlink(target.c_str(), (root + path).c_str()) != 0) return fault("cannot link", path);
    return {};
}

Result<void> build_root(const std::string& root, const std::string& stage) {
    if (::unshare(CLONE_NEWNS) != 0) return fault("cannot leave", "the mount namespace");
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return fault("cannot make private", "/");
    if (::mount("tmpfs", root.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") != 0)
        return fault("cannot mount at", root);
    for (const char* path :
         {"/usr", "/etc", "/proc", "/dev", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"})
        TRY(show_system_folder(path, root));
    TRY(bind(stage, root + "/stage"));
    for (const char* path : {"/tmp", "/old"})
        if (::mkdir((root + path).c_str(), 0755) != 0) return fault("cannot create", path);
    return {};
}

}  // namespace

Result<void> seclude(const Launch::Seclusion& seclusion) {
    ::umask(022);
    const std::string& root = seclusion.mount_point;
    TRY(build_root(root, seclusion.stage));
    if (::syscall(SYS_pivot_root, root.c_str(), (root + "/old").c_str()) != 0)
        return fault("cannot change the root to", root);
    if (::chdir("/") != 0 || ::umount2("/old", MNT_DETACH) != 0)
        return fault("cannot leave", "/old");
    const auto user = seclusion.user;
    if (::setgroups(0, nullptr) != 0 || ::setresgid(user, user, user) != 0 ||
        ::setresuid(user, user, user) != 0)
        return fault("cannot become user", std::to_string(user));
    if (::setuid(0) == 0) return reject(kSandboxFailed, {}, "root could be taken back");
    return {};
}

}  // namespace penstock::agent
