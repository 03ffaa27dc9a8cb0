#include "base/hash.h"

#include <sodium/crypto_generichash_blake2b.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace penstock {

static_assert(sizeof(crypto_generichash_blake2b_state) == sizeof(std::array<std::uint8_t, 384>));

Digest digest_of(std::string_view bytes) {
    Digest digest;
    crypto_generichash_blake2b(digest.data(), digest.size(),
                               reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                               nullptr, 0);
    return digest;
}

Fingerprint fingerprint_of(std::string_view bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    static_assert(sizeof canonical == sizeof(Fingerprint));
    Fingerprint result;
    std::memcpy(result.data(), &canonical, sizeof canonical);
    return result;
}

std::string to_hex(const Digest& digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * digest.size());
    for (const std::uint8_t byte : digest) {
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 15]);
    }
    return text;
}

namespace {

crypto_generichash_blake2b_state* state_of(std::array<std::uint8_t, 384>& bytes) {
    return reinterpret_cast<crypto_generichash_blake2b_state*>(bytes.data());
}

}  // namespace

Hasher::Hasher() {
    crypto_generichash_blake2b_init(state_of(state_), nullptr, 0, Digest{}.size());
}

void Hasher::add(std::string_view piece) {
    const std::uint64_t length = piece.size();
    unsigned char prefix[64];
    std::memcpy(prefix, &length, sizeof length);
    if (piece.size() <= sizeof prefix - sizeof length) {
        // Short pieces go in one call; an empty one may lie nowhere.
        std::copy(piece.begin(), piece.end(), prefix + sizeof length);
        crypto_generichash_blake2b_update(state_of(state_), prefix, sizeof length + piece.size());
        return;
    }
    crypto_generichash_blake2b_update(state_of(state_), prefix, sizeof length);
    crypto_generichash_blake2b_update(
        state_of(state_), reinterpret_cast<const unsigned char*>(piece.data()), piece.size());
}

void Hasher::add(std::uint64_t number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    add(std::string_view(bytes, sizeof bytes));
}

Digest Hasher::finish() {
    Digest digest;
    crypto_generichash_blake2b_final(state_of(state_), digest.data(), digest.size());
    return digest;
}

Digest Hasher::digest() const {
    alignas(64) auto copy = state_;
    Digest digest;
    crypto_generichash_blake2b_final(state_of(copy), digest.data(), digest.size());
    return digest;
}

}  // namespace penstock
