#include "shell/vault/vault_key.h"

#include <string>
#include <system_error>

#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/random.h"
#include "shell/vault/error.h"

namespace penstock::vault {

namespace {

constexpr std::size_t kKeyBytes = 32;

}  // namespace

VaultKey::VaultKey(std::string_view secret)
    : seal_key_(crypto::hmac_sha256(crypto::bytes_of(secret), crypto::bytes_of("vault/seal"))),
      index_key_(crypto::hmac_sha256(crypto::bytes_of(secret), crypto::bytes_of("vault/index"))) {}

Result<VaultKey> VaultKey::open(const std::filesystem::path& file, IfMissing if_missing,
                                const crypto::SecretFiles& files) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        if (if_missing == IfMissing::refuse) return reject(kVaultKeyMissing, {}, file.string());
        const std::string text = crypto::base64(crypto::random_bytes(kKeyBytes));
        TRY(files.write(file, kRole, text + "\n"));
    }
    auto kept = files.read(file, kRole);
    if (!kept && kept.error().number() == crypto::kKeyFileExposed.number)
        return reject(kVaultKeyWrong, {}, file.string());
    TRY(kept);
    std::string text = *std::move(kept);
    while (text.ends_with('\n')) text.pop_back();
    const auto secret = crypto::parse_base64_array<kKeyBytes>(text);
    if (!secret) return reject(kVaultKeyWrong, {}, file.string());
    return VaultKey(crypto::text_of(*secret));
}

crypto::Sha256 VaultKey::index(std::string_view kind, std::string_view text) const {
    const std::string message = std::string(kind) + '\0' + std::string(text);
    return crypto::hmac_sha256(index_key_, crypto::bytes_of(message));
}

}  // namespace penstock::vault
