#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/ed25519.h"
#include "crypto/secret_files.h"
#include "format/note.h"
#include "format/receipt.h"

namespace penstock::evidence {

/// The log's keys, as kept in its folder: `log.key` signs checkpoints, `epoch-1.key` makes salts.
/// Thread-safe.
class LogKeys {
  public:
    enum class Missing { create, refuse };
    /// Names of the files, and as what they are sealed.
    static constexpr const char* kSigner = "log.key";
    static constexpr const char* kEpoch = "epoch-1.key";

    /// @param origin   Name of the log and its key; empty takes
    ///                 "penstock.local/evidence/<first 8 digits of the key's hash>".
    /// @param missing  Whether keys that are not there may be made.
    /// @retval kEvidenceKeyMissing, and errors of key files and their seals.
    static Result<LogKeys> open(const std::filesystem::path& folder, std::string origin,
                                Missing missing, const crypto::SecretFiles& files = {});

    const format::NoteSigner& signer() const { return signer_; }
    /// The salt of a record: HMAC-SHA-256 under the epoch's key over sequence and ordinal (8 and 4
    /// bytes, big end first), so that a log made again has the same leaves.
    format::Salt salt(std::uint64_t sequence, std::uint32_t ordinal) const;
    /// Signs "penstock-identifier/v1\n" and the record that a compute identifier resolves to.
    crypto::Signature sign_identifier(std::string_view record) const;

  private:
    LogKeys(std::string origin, crypto::KeyPair pair, const crypto::Seed& epoch_key)
        : pair_(pair), signer_(std::move(origin), pair), epoch_key_(epoch_key) {}

    crypto::KeyPair pair_;
    format::NoteSigner signer_;
    crypto::Seed epoch_key_;
};

}  // namespace penstock::evidence
