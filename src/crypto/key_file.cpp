#include "crypto/key_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/error.h"

namespace penstock::crypto {

namespace {

constexpr std::string_view kFirstLine = "penstock-private-key/v1 ed25519\n";
constexpr std::string_view kSeedLabel = "seed ";
constexpr std::string_view kPublicLabel = "public ";
constexpr std::size_t kFileSizeMax = 4096;

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

  private:
    int number_;
};

std::string why(const std::filesystem::path& path) {
    return path.string() + ": " + std::strerror(errno);
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// Makes the new name itself durable.
bool sync_folder_of(const std::filesystem::path& path) {
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return descriptor.number() >= 0 && ::fsync(descriptor.number()) == 0;
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

Result<KeyPair> parse(std::string_view text) {
    if (!text.starts_with(kFirstLine)) return reject(kKeyFileInvalid);
    text.remove_prefix(kFirstLine.size());
    TRY_ASSIGN(const Seed seed, take_line(text, kSeedLabel));
    TRY_ASSIGN(const PublicKey public_key, take_line(text, kPublicLabel));
    KeyPair pair = KeyPair::from_seed(seed);
    if (!text.empty() || pair.public_key() != public_key) return reject(kKeyFileInvalid);
    return pair;
}

}  // namespace

Result<void> save_key_file(const std::filesystem::path& path, const KeyPair& pair) {
    std::string text(kFirstLine);
    text.append(kSeedLabel).append(base64(pair.seed())).append("\n");
    text.append(kPublicLabel).append(base64(pair.public_key())).append("\n");
    const Descriptor descriptor(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (descriptor.number() < 0) {
        const Rejection& reason = errno == EEXIST ? kKeyFileExists : kKeyFileUnwritable;
        return reject(reason, "key_file", why(path));
    }
    const bool saved = write_all(descriptor.number(), text) && ::fsync(descriptor.number()) == 0 &&
                       sync_folder_of(path);
    sodium_memzero(text.data(), text.size());
    if (!saved) {
        std::string reason = why(path);
        ::unlink(path.c_str());
        return reject(kKeyFileUnwritable, "key_file", std::move(reason));
    }
    return {};
}

Result<KeyPair> load_key_file(const std::filesystem::path& path) {
    // Not blocking, so that a named pipe in the file's place is refused instead of waited for.
    const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (descriptor.number() < 0 || ::fstat(descriptor.number(), &status) != 0) {
        return reject(kKeyFileUnreadable, "key_file", why(path));
    }
    if (!S_ISREG(status.st_mode)) {
        return reject(kKeyFileUnreadable, "key_file", path.string() + ": not a regular file");
    }
    if ((status.st_mode & 077) != 0) return reject(kKeyFileExposed, "key_file", path.string());
    std::string text(kFileSizeMax, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const ssize_t count =
            ::read(descriptor.number(), text.data() + length, text.size() - length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return reject(kKeyFileUnreadable, "key_file", why(path));
        if (count == 0) break;
        length += static_cast<std::size_t>(count);
    }
    auto pair = parse(std::string_view(text).substr(0, length));
    sodium_memzero(text.data(), text.size());
    if (!pair) return reject(kKeyFileInvalid, "key_file", path.string());
    return pair;
}

}  // namespace penstock::crypto
