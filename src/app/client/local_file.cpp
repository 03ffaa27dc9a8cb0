#include "app/client/local_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <system_error>

#include "app/client/error.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"

namespace penstock::client {

namespace {

std::unexpected<Error> fault(const std::filesystem::path& path, int number) {
    return reject(kLocalFile, {}, path.string() + ": " + std::strerror(number) + ".");
}

Result<void> read_pieces(const std::filesystem::path& path,
                         const std::function<void(std::string_view)>& take) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fault(path, errno);
    std::string piece(1u << 16, '\0');
    while (true) {
        const ssize_t count = ::read(descriptor, piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            const int number = errno;
            ::close(descriptor);
            if (count < 0) return fault(path, number);
            return {};
        }
        take(std::string_view(piece).substr(0, static_cast<std::size_t>(count)));
    }
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
    std::string content;
    TRY(read_pieces(path, [&](std::string_view piece) { content.append(piece); }));
    return content;
}

Result<void> write_file(const std::filesystem::path& path, std::string_view content) {
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    const std::filesystem::path temporary = path.string() + ".new";
    const int descriptor =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return fault(temporary, errno);
    bool good = true;
    while (good && !content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        good = written >= 0;
        if (good) content.remove_prefix(static_cast<std::size_t>(written));
    }
    good = good && ::fsync(descriptor) == 0;
    const int number = errno;
    ::close(descriptor);
    if (!good) return fault(temporary, number);
    if (::rename(temporary.c_str(), path.c_str()) != 0) return fault(path, errno);
    return {};
}

Result<std::string> digest_of_file(const std::filesystem::path& path) {
    crypto::Sha256Stream hash;
    TRY(read_pieces(path, [&](std::string_view piece) { hash.update(piece); }));
    return crypto::hex(hash.finish());
}

}  // namespace penstock::client
