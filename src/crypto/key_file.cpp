#include "crypto/key_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/error.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/folder.h"

namespace penstock::crypto {

namespace {

constexpr std::string_view kFirstLine = "penstock-private-key/v1 ed25519\n";
constexpr std::string_view kSeedLabel = "seed ";
constexpr std::string_view kPublicLabel = "public ";
constexpr std::size_t kFileSizeMax = 4096;

std::unexpected<Error> unreadable(std::string detail) {
    return reject(kKeyFileUnreadable, "key_file", std::move(detail));
}

/// @retval kFileFault  Some of it may be there.
Result<void> fill(const files::Descriptor& file, std::string_view text,
                  const std::filesystem::path& path) {
    if (!files::write_all(file.number(), text) || ::fsync(file.number()) != 0)
        return files::fault("cannot write", path.native());
    return files::sync_name(path);
}

/// Takes "<label><base64 of 32 bytes>\n" off the front of `text`.
Result<std::array<std::uint8_t, 32>> take_line(std::string_view& text, std::string_view label) {
    const std::size_t end = text.find('\n');
    if (!text.starts_with(label) || end == text.npos) return reject(kKeyFileInvalid);
    auto value = parse_base64_array<32>(text.substr(label.size(), end - label.size()));
    if (!value) return reject(kKeyFileInvalid);
    text.remove_prefix(end + 1);
    return *value;
}

}  // namespace

std::string key_text(const KeyPair& pair) {
    std::string text(kFirstLine);
    text.append(kSeedLabel).append(base64(pair.seed())).append("\n");
    text.append(kPublicLabel).append(base64(pair.public_key())).append("\n");
    return text;
}

Result<KeyPair> parse_key_text(std::string_view text) {
    if (!text.starts_with(kFirstLine)) return reject(kKeyFileInvalid);
    text.remove_prefix(kFirstLine.size());
    TRY_ASSIGN(const Seed seed, take_line(text, kSeedLabel));
    TRY_ASSIGN(const PublicKey public_key, take_line(text, kPublicLabel));
    KeyPair pair = KeyPair::from_seed(seed);
    if (!text.empty() || pair.public_key() != public_key) return reject(kKeyFileInvalid);
    return pair;
}

Result<void> save_key_file(const std::filesystem::path& path, const KeyPair& pair) {
    std::string text = key_text(pair);
    const files::Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) {
        const Rejection& reason = errno == EEXIST ? kKeyFileExists : kKeyFileUnwritable;
        return reject(reason, "key_file", files::fault_text("cannot create", path.native()));
    }
    const auto filled = fill(file, text, path);
    sodium_memzero(text.data(), text.size());
    if (!filled) {
        ::unlink(path.c_str());
        return reject(kKeyFileUnwritable, "key_file", filled.error().detail());
    }
    return {};
}

Result<KeyPair> load_key_file(const std::filesystem::path& path) {
    // Not blocking, so that a named pipe in the file's place is refused instead of waited for.
    const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0)
        return unreadable(files::fault_text("cannot open", path.native()));
    if (!S_ISREG(status.st_mode)) return unreadable(path.native() + ": not a regular file");
    if ((status.st_mode & 077) != 0) return reject(kKeyFileExposed, "key_file", path.string());
    std::string text(kFileSizeMax, '\0');
    const auto length = files::read_all(file.number(), text);
    if (!length) return unreadable(files::fault_text("cannot read", path.native()));
    auto pair = parse_key_text(std::string_view(text).substr(0, *length));
    sodium_memzero(text.data(), text.size());
    if (!pair) return reject(kKeyFileInvalid, "key_file", path.string());
    return pair;
}

}  // namespace penstock::crypto
