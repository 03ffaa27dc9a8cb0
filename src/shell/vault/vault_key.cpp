#include "shell/vault/vault_key.h"

#include <system_error>
#include <utility>

#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/random.h"
#include "shell/vault/error.h"

namespace penstock::vault {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeysMax = 2;

}  // namespace

VaultKey::VaultKey(std::string text, std::string_view secret)
    : text_(std::move(text)),
      seal_key_(crypto::hmac_sha256(crypto::bytes_of(secret), crypto::bytes_of("vault/seal"))),
      index_key_(crypto::hmac_sha256(crypto::bytes_of(secret), crypto::bytes_of("vault/index"))) {}

VaultKey VaultKey::draw() {
    const auto secret = crypto::random_array<kKeyBytes>();
    return {crypto::base64(secret), crypto::text_of(secret)};
}

Result<VaultKey> VaultKey::parse(std::string_view text) {
    const auto secret = crypto::parse_base64_array<kKeyBytes>(text);
    if (!secret) return reject(kVaultKeyWrong);
    return VaultKey(std::string(text), crypto::text_of(*secret));
}

crypto::Sha256 VaultKey::index(std::string_view kind, std::string_view text) const {
    const std::string message = std::string(kind) + '\0' + std::string(text);
    return crypto::hmac_sha256(index_key_, crypto::bytes_of(message));
}

bool VaultKeyFile::exists() const {
    std::error_code ignored;
    return std::filesystem::exists(path_, ignored);
}

Result<std::vector<VaultKey>> VaultKeyFile::read() const {
    const auto wrong = [this] { return reject(kVaultKeyWrong, {}, path_.string()); };
    auto text = files_.read(path_, kRole);
    if (!text && text.error().number() == crypto::kKeyFileExposed.number) return wrong();
    TRY(text);
    std::vector<VaultKey> keys;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        auto key = VaultKey::parse(rest.substr(0, end));
        if (!key || end == rest.npos || keys.size() == kKeysMax) return wrong();
        keys.push_back(*std::move(key));
        rest.remove_prefix(end + 1);
    }
    if (keys.empty()) return wrong();
    return keys;
}

Result<void> VaultKeyFile::write(const std::vector<VaultKey>& keys) const {
    std::string text;
    for (const VaultKey& key : keys) text.append(key.text()).append("\n");
    return files_.write(path_, kRole, text);
}

}  // namespace penstock::vault
