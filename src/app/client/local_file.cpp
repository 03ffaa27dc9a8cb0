#include "app/client/local_file.h"

#include <fcntl.h>

#include <functional>
#include <system_error>
#include <utility>

#include "app/client/error.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/whole_file.h"

namespace penstock::client {

namespace {

std::unexpected<Error> fault(std::string detail) {
    return reject(kLocalFile, {}, std::move(detail));
}

Result<void> read_pieces(const std::filesystem::path& path,
                         const std::function<void(std::string_view)>& take) {
    const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return fault(files::fault_text("cannot open", path.native()));
    std::string piece(1u << 16, '\0');
    while (true) {
        const auto count = files::read_all(file.number(), piece);
        if (!count) return fault(files::fault_text("cannot read", path.native()));
        take(std::string_view(piece).substr(0, *count));
        if (*count < piece.size()) return {};
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
    const auto written = files::write_durably(path, {content});
    if (!written) return fault(written.error().detail());
    return {};
}

Result<std::string> digest_of_file(const std::filesystem::path& path) {
    crypto::Sha256Stream hash;
    TRY(read_pieces(path, [&](std::string_view piece) { hash.update(piece); }));
    return crypto::hex(hash.finish());
}

}  // namespace penstock::client
