#include "shell/durable_file/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace penstock::shell {

namespace {

/// Closes at the end of its scope.
struct Descriptor {
    explicit Descriptor(int opened) : number(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
    int number;
};

std::unexpected<Error> fault(const std::filesystem::path& path) {
    return reject(kFileFault, {}, path.string() + ": " + std::strerror(errno) + ".");
}

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Result<void> write_durably(const std::filesystem::path& path,
                           std::initializer_list<std::string_view> pieces, mode_t mode,
                           const std::function<void()>& before_rename) {
    // The process's number keeps a forked child and its parent out of each other's way.
    const std::string beside = path.string() + ".new." + std::to_string(::getpid());
    Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (file.number < 0) return fault(beside);
    bool good = ::fchmod(file.number, mode) == 0;
    for (const std::string_view piece : pieces) good = good && write_all(file.number, piece);
    good = good && ::fsync(file.number) == 0;
    if (good && before_rename) before_rename();
    good = good && ::rename(beside.c_str(), path.c_str()) == 0;
    if (!good) {
        const auto error = fault(beside);
        ::unlink(beside.c_str());
        return error;
    }
    const auto folder_path = path.has_parent_path() ? path.parent_path() : ".";
    Descriptor folder(::open(folder_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number < 0 || ::fsync(folder.number) != 0) return fault(folder_path);
    return {};
}

Result<std::string> read_whole(const std::filesystem::path& path, std::uint64_t bytes_max) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number < 0) return fault(path);
    std::string content;
    for (;;) {
        const std::size_t had = content.size();
        content.resize(had + 65'536);
        const ssize_t got = ::read(file.number, content.data() + had, 65'536);
        if (got < 0 && errno != EINTR) return fault(path);
        content.resize(had + static_cast<std::size_t>(got < 0 ? 0 : got));
        if (got == 0) return content;
        if (content.size() > bytes_max)
            return reject(kFileFault, {}, path.string() + " is larger than it can be.");
    }
}

}  // namespace penstock::shell
