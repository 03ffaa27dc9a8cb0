#include "files/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/try.h"
#include "files/descriptor.h"
#include "files/error.h"

namespace penstock::files {

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : ".";
}

Result<void> ensure_folder(const std::filesystem::path& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) return {};
    if (errno == ENOENT) {
        const std::filesystem::path parent = path.parent_path();
        if (parent.empty() || parent == path) return fault("cannot create folder", path.native());
        TRY(ensure_folder(parent, mode));
        if (::mkdir(path.c_str(), mode) == 0) return {};
    }
    struct stat about{};
    if (errno == EEXIST && ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode)) return {};
    return fault("cannot create folder", path.native());
}

Result<void> remove_folder(const std::filesystem::path& path) {
    std::error_code code;
    std::filesystem::remove_all(path, code);
    if (code)
        return reject(kFileFault, {}, "cannot remove " + path.native() + ": " + code.message());
    return {};
}

Result<void> sync_name(const std::filesystem::path& path) {
    const std::filesystem::path parent = folder_of(path);
    const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || ::fsync(folder.number()) != 0)
        return fault("cannot sync", parent.native());
    return {};
}

Result<void> sync_file_system(const std::filesystem::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open() || ::syncfs(opened.number()) != 0)
        return fault("cannot sync", folder.native());
    return {};
}

}  // namespace penstock::files
