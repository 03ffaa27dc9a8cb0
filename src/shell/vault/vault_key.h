#pragma once

#include <filesystem>
#include <string_view>

#include "base/error.h"
#include "crypto/seal.h"
#include "crypto/secret_files.h"
#include "crypto/sha256.h"

namespace penstock::vault {

/// The key from which a vault's keys derive.
class VaultKey {
  public:
    enum class IfMissing { create, refuse };
    /// As what its file is sealed.
    static constexpr const char* kRole = "vault.key";

    /// Reads the file, or draws a key and writes it, for its owner alone.
    /// @retval kVaultKeyMissing, kVaultKeyWrong, and those of SecretFiles::read
    static Result<VaultKey> open(const std::filesystem::path& file, IfMissing if_missing,
                                 const crypto::SecretFiles& files);

    const crypto::SealKey& seal_key() const { return seal_key_; }
    /// By what a text is found again without being kept.
    crypto::Sha256 index(std::string_view kind, std::string_view text) const;

  private:
    explicit VaultKey(std::string_view secret);

    crypto::SealKey seal_key_;
    crypto::SealKey index_key_;
};

}  // namespace penstock::vault
