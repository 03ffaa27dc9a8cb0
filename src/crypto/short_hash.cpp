#include "crypto/short_hash.h"

#include <sodium.h>

#include <cstring>

#include "crypto/random.h"
#include "crypto/sodium.h"

namespace penstock::crypto {

static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == sizeof(std::uint64_t));

ShortHash::ShortHash() : key_(random_array<16>()) {
    ensure_sodium();
}

std::uint64_t ShortHash::operator()(std::string_view text) const {
    std::array<std::uint8_t, crypto_shorthash_BYTES> bytes;
    crypto_shorthash(bytes.data(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                     key_.data());
    std::uint64_t hash = 0;
    std::memcpy(&hash, bytes.data(), sizeof hash);
    return hash;
}

}  // namespace penstock::crypto
