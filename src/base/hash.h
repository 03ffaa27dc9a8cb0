#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

/// BLAKE2b-256 (RFC 7693) of something, for comparing states and bodies inside the exchange. What
/// strangers verify is hashed with SHA-256 instead (crypto/sha256.h).
using Digest = std::array<std::uint8_t, 32>;

Digest digest_of(std::string_view bytes);

/// Lower-case hexadecimal.
std::string to_hex(const Digest& digest);

/// A digest of pieces given one after another. A piece's length is part of what is hashed, so that
/// no two sequences of pieces agree by accident.
class Hasher {
  public:
    Hasher();
    void add(std::string_view piece);
    /// The number is a piece of eight bytes, little-endian.
    void add(std::uint64_t number);
    /// The digest of all pieces so far; the hasher goes on as if it had not been asked.
    Digest digest() const;

  private:
    alignas(64) std::array<std::uint8_t, 384> state_;
};

}  // namespace penstock
