#include "crypto/secret_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "base/try.h"
#include "crypto/error.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/whole_file.h"

namespace penstock::crypto {

namespace {

constexpr std::uint64_t kFileBytesMax = 64 * 1024;
constexpr std::size_t kKeyBytesMax = 512;

/// Who else may read a file: systemd hands credentials out with an access list, whose mask shows as
/// the group's bit.
mode_t exposing_bits(const std::filesystem::path& path) {
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    const bool is_credential = credentials != nullptr && path.parent_path() == credentials;
    return is_credential ? 0037 : 0077;
}

bool is_exposed(const std::filesystem::path& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 && (status.st_mode & exposing_bits(path)) != 0;
}

Result<WrapKey> read_key(const std::filesystem::path& path) {
    auto text = files::read_file(path, kKeyBytesMax);
    if (!text) return reject(kSealKeyUnreadable, {}, text.error().detail());
    if (is_exposed(path)) return reject(kKeyFileExposed, {}, path.string());
    auto key = WrapKey::parse(*text);
    if (!key) return reject(key.error().rejection(), {}, path.string());
    return key;
}

/// An error of a file, with its name.
std::unexpected<Error> about(const std::filesystem::path& path, const Error& error) {
    return reject(error.rejection(), {}, path.string() + ": " + error.detail());
}

}  // namespace

Result<SecretFiles> SecretFiles::open(const std::vector<std::filesystem::path>& key_files) {
    std::vector<WrapKey> keys;
    for (const auto& file : key_files) {
        TRY_ASSIGN(WrapKey key, read_key(file));
        keys.push_back(std::move(key));
    }
    return SecretFiles(std::move(keys));
}

Result<std::string> SecretFiles::unwrapped(const std::filesystem::path& path, std::string_view text,
                                           std::string_view role) const {
    auto header = parse_wrap_header(text);
    if (!header) return about(path, header.error());
    for (const WrapKey& key : keys_) {
        if (key.id() != header->key_id) continue;
        auto secret = unwrap(key, text, role);
        if (!secret) return about(path, secret.error());
        return secret;
    }
    return reject(kSealKeyMissing, {},
                  path.string() + " is sealed with " + std::string(name(header->algorithm)) +
                      " under key " + header->key_id + ".");
}

Result<std::string> SecretFiles::read(const std::filesystem::path& path,
                                      std::string_view role) const {
    TRY_ASSIGN(std::string text, files::read_file(path, kFileBytesMax));
    if (is_wrapped(text)) return unwrapped(path, text, role);
    if (seals()) return reject(kSecretNotSealed, {}, path.string());
    if (is_exposed(path)) return reject(kKeyFileExposed, {}, path.string());
    return text;
}

Result<void> SecretFiles::write(const std::filesystem::path& path, std::string_view role,
                                std::string_view secret) const {
    if (!seals()) return files::write_durably(path, {secret}, 0600);
    return files::write_durably(path, {wrap(keys_.front(), secret, role)}, 0600);
}

Result<bool> SecretFiles::reseal(const std::filesystem::path& path, std::string_view role) const {
    TRY_ASSIGN(std::string text, files::read_file(path, kFileBytesMax));
    if (!is_wrapped(text)) {
        TRY(write(path, role, text));
        return true;
    }
    TRY_ASSIGN(const std::string secret, unwrapped(path, text, role));
    TRY_ASSIGN(const WrapHeader header, parse_wrap_header(text));
    if (header.key_id == keys_.front().id()) return false;
    TRY(write(path, role, secret));
    return true;
}

Result<WrapKey> make_seal_key_file(const std::filesystem::path& path, WrapAlgorithm algorithm) {
    const WrapKey key = WrapKey::draw(algorithm);
    const files::Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) {
        const Rejection& reason = errno == EEXIST ? kKeyFileExists : kKeyFileUnwritable;
        return reject(reason, {}, files::fault_text("cannot create", path.native()));
    }
    // Nothing but an empty file of ours is replaced.
    auto written = files::write_durably(path, {key.text()}, 0600);
    if (!written) return reject(kKeyFileUnwritable, {}, written.error().detail());
    return key;
}

}  // namespace penstock::crypto
