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

/// XXH3 with 128 bits (xxhash.com), in its canonical byte order: many times as fast as digest_of()
/// for short texts. For telling apart what one party gave; it withstands nobody who wants two texts
/// to agree.
using Fingerprint = std::array<std::uint8_t, 16>;
Fingerprint fingerprint_of(std::string_view bytes);

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
    void add(const Digest& digest) {
        add({reinterpret_cast<const char*>(digest.data()), digest.size()});
    }
    /// The digest of all pieces so far; the hasher goes on as if it had not been asked.
    Digest digest() const;
    /// The digest of all pieces; the hasher is done.
    Digest finish();

  private:
    alignas(64) std::array<std::uint8_t, 384> state_;
};

}  // namespace penstock
