#pragma once

#include <array>
#include <cstdint>

#include "base/error.h"
#include "crypto/bytes.h"

namespace penstock::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
/// What a key pair is computed from; as secret as the private key.
using Seed = std::array<std::uint8_t, 32>;

/// An Ed25519 key pair (RFC 8032). Wipes its private half when it dies. Signing is thread-safe.
class KeyPair {
  public:
    /// A new key from the system's randomness.
    static KeyPair generate();
    static KeyPair from_seed(const Seed& seed);

    KeyPair(const KeyPair&) = default;
    KeyPair& operator=(const KeyPair&) = default;
    ~KeyPair();

    const PublicKey& public_key() const { return public_key_; }
    Seed seed() const;
    /// The one signature of `message` by this key: the same message gives the same signature.
    Signature sign(ByteView message) const;
    Signature sign(std::string_view message) const { return sign(bytes_of(message)); }

  private:
    KeyPair() = default;

    PublicKey public_key_{};
    std::array<std::uint8_t, 64> secret_{};
};

/// Whether `signature` is the key's signature of `message`. Refuses keys of small order and
/// signatures that are not canonical, so nobody can turn one valid signature into another.
/// @retval kSignatureInvalid  It is not.
Result<void> verify(const PublicKey& key, ByteView message, const Signature& signature);
Result<void> verify(const PublicKey& key, std::string_view message, const Signature& signature);

}  // namespace penstock::crypto
