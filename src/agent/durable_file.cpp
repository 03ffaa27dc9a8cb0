#include "agent/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "agent/error.h"
#include "base/try.h"

namespace penstock::agent {
namespace {

std::unexpected<Error> fault(std::string_view doing, std::string_view path) {
    return reject(kFileFault, {}, fault_text(doing, path));
}

Result<void> write_all(int descriptor, std::string_view content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t count = ::write(descriptor, content.data(), content.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return fault("cannot write", path);
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

enum class Sync : bool { no, yes };

Result<void> replace(const std::string& path, std::string_view content, unsigned mode, Sync sync) {
    // Several processes replace one file (a shim and its guard), so each has its own draft.
    const std::string draft = path + ".part" + std::to_string(::getpid());
    {
        const Descriptor file(
            ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
        if (!file.is_open()) return fault("cannot create", draft);
        TRY(write_all(file.number(), content, draft));
        if (sync == Sync::yes && ::fsync(file.number()) != 0) return fault("cannot sync", draft);
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) return fault("cannot rename to", path);
    if (sync == Sync::no) return {};
    const std::string parent = std::filesystem::path(path).parent_path();
    const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || ::fsync(folder.number()) != 0) return fault("cannot sync", parent);
    return {};
}

}  // namespace

std::string fault_text(std::string_view doing, std::string_view path) {
    const int number = errno;
    return std::string(doing) + ' ' + std::string(path) + ": " + std::strerror(number);
}

Result<void> write_file_durably(const std::string& path, std::string_view content, unsigned mode) {
    return replace(path, content, mode, Sync::yes);
}

Result<void> replace_file(const std::string& path, std::string_view content, unsigned mode) {
    return replace(path, content, mode, Sync::no);
}

Result<std::string> read_file(const std::string& path, std::uint64_t size_max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return fault("cannot open", path);
    std::string content;
    char buffer[16384];
    while (true) {
        const ssize_t count = ::read(file.number(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fault("cannot read", path);
        if (count == 0) return content;
        content.append(buffer, static_cast<std::size_t>(count));
        if (content.size() > size_max) return reject(kFileFault, {}, path + " is too large");
    }
}

Result<void> ensure_folder(const std::string& path, unsigned mode) {
    if (::mkdir(path.c_str(), mode) == 0) return {};
    if (errno == ENOENT) {
        const std::string parent = std::filesystem::path(path).parent_path();
        if (parent.empty() || parent == path) return fault("cannot create folder", path);
        TRY(ensure_folder(parent, mode));
        if (::mkdir(path.c_str(), mode) == 0) return {};
    }
    struct stat about{};
    if (errno == EEXIST && ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode)) return {};
    return fault("cannot create folder", path);
}

Result<void> remove_folder(const std::string& path) {
    std::error_code code;
    std::filesystem::remove_all(path, code);
    if (code) return reject(kFileFault, {}, "cannot remove " + path + ": " + code.message());
    return {};
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        reset();
        number_ = other.release();
    }
    return *this;
}

int Descriptor::release() {
    return std::exchange(number_, -1);
}

void Descriptor::reset() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
}

}  // namespace penstock::agent
