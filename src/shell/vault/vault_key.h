#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/seal.h"
#include "crypto/secret_files.h"
#include "crypto/sha256.h"

namespace penstock::vault {

/// The key from which a vault's keys derive.
class VaultKey {
  public:
    static VaultKey draw();
    /// Reads what text() gives.
    /// @retval kVaultKeyWrong
    static Result<VaultKey> parse(std::string_view text);

    const std::string& text() const { return text_; }  ///< Base64 of 32 bytes. Secret.
    const crypto::SealKey& seal_key() const { return seal_key_; }
    /// By what a text is found again without being kept.
    crypto::Sha256 index(std::string_view kind, std::string_view text) const;

  private:
    VaultKey(std::string text, std::string_view secret);

    std::string text_;
    crypto::SealKey seal_key_;
    crypto::SealKey index_key_;
};

/// The file that keeps a vault's key: a line, and while the key is being replaced a second one with
/// the key before.
class VaultKeyFile {
  public:
    /// As what the file is sealed.
    static constexpr const char* kRole = "vault.key";

    VaultKeyFile(std::filesystem::path path, crypto::SecretFiles files)
        : path_(std::move(path)), files_(std::move(files)) {}

    const std::filesystem::path& path() const { return path_; }
    bool exists() const;
    /// One or two; the newest first.
    /// @retval kVaultKeyWrong, and those of SecretFiles::read
    Result<std::vector<VaultKey>> read() const;
    Result<void> write(const std::vector<VaultKey>& keys) const;

  private:
    std::filesystem::path path_;
    crypto::SecretFiles files_;
};

}  // namespace penstock::vault
