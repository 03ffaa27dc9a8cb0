#pragma once

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "crypto/bytes.h"

struct evp_pkey_st;

namespace penstock::crypto {

/// The signatures of tokens (RFC 7518, section 3) that are taken: with public keys alone.
enum class TokenAlgorithm : std::uint8_t { rs256, ps256, es256 };

/// Somebody else's public key, for checking tokens. Thread-safe.
class VerificationKey {
  public:
    /// @param modulus, exponent  Big-endian; the modulus of 2,048 to 8,192 bits.
    /// @retval kVerificationKeyInvalid
    static Result<VerificationKey> rsa(ByteView modulus, ByteView exponent);
    /// A point of the curve P-256.
    /// @param x, y  32 bytes each, big-endian.
    /// @retval kVerificationKeyInvalid
    static Result<VerificationKey> p256(ByteView x, ByteView y);

    /// Whether the signature is this key's over the data. False too when the algorithm is not one
    /// of the key's kind: what a token says of itself never chooses how a key is used.
    bool verify(TokenAlgorithm algorithm, ByteView data, ByteView signature) const;

  private:
    enum class Kind : std::uint8_t { rsa, p256 };
    VerificationKey(Kind kind, evp_pkey_st* key);

    Kind kind_;
    std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace penstock::crypto
