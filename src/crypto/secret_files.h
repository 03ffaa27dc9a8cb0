#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/wrap.h"

namespace penstock::crypto {

/// The files in which a server keeps its secrets: sealed under a key that lies elsewhere, or, where
/// there is no such key, plain and for their owner alone. Immutable; thread-safe.
class SecretFiles {
  public:
    /// Plain files.
    SecretFiles() = default;
    explicit SecretFiles(std::vector<WrapKey> keys) : keys_(std::move(keys)) {}
    /// @param key_files  The first key seals, all of them open. None: plain files.
    /// @retval kSealKeyUnreadable, kSealKeyInvalid, kKeyFileExposed, kWrapAlgorithmUnknown
    static Result<SecretFiles> open(const std::vector<std::filesystem::path>& key_files);

    bool seals() const { return !keys_.empty(); }

    /// @param role  Which secret it is: the seal holds for no other.
    /// @retval kSecretNotSealed  There is a key, and the file is plain: it may be anybody's.
    /// @retval kSealKeyMissing   It is sealed, and under none of the keys.
    /// @retval kKeyFileExposed   It is plain, and others may read it.
    /// @retval kFileFault, kSealBroken, kSealFormatUnknown, kWrapAlgorithmUnknown
    Result<std::string> read(const std::filesystem::path& path, std::string_view role) const;
    /// Replaces the file as a whole.
    /// @retval kFileFault
    Result<void> write(const std::filesystem::path& path, std::string_view role,
                       std::string_view secret) const;
    /// Puts a file, plain or under any of the keys, under the first; one that is already stays.
    /// @return Whether it was written anew.
    Result<bool> reseal(const std::filesystem::path& path, std::string_view role) const;

  private:
    Result<std::string> unwrapped(const std::filesystem::path& path, std::string_view text,
                                  std::string_view role) const;

    std::vector<WrapKey> keys_;
};

/// Draws a key and writes its file, for its owner alone.
/// @retval kKeyFileExists, kKeyFileUnwritable
Result<WrapKey> make_seal_key_file(const std::filesystem::path& path, WrapAlgorithm algorithm);

}  // namespace penstock::crypto
