#include "crypto/ed25519.h"

#include <sodium.h>

#include <algorithm>

#include "base/assert.h"
#include "crypto/error.h"
#include "crypto/random.h"
#include "crypto/sodium.h"

namespace penstock::crypto {

static_assert(crypto_sign_PUBLICKEYBYTES == std::tuple_size_v<PublicKey>);
static_assert(crypto_sign_BYTES == std::tuple_size_v<Signature>);
static_assert(crypto_sign_SEEDBYTES == std::tuple_size_v<Seed>);
static_assert(crypto_sign_SECRETKEYBYTES == 64);

KeyPair KeyPair::generate() {
    Seed seed = random_array<std::tuple_size_v<Seed>>();
    KeyPair pair = from_seed(seed);
    sodium_memzero(seed.data(), seed.size());
    return pair;
}

KeyPair KeyPair::from_seed(const Seed& seed) {
    ensure_sodium();
    KeyPair pair;
    const int status =
        crypto_sign_seed_keypair(pair.public_key_.data(), pair.secret_.data(), seed.data());
    PENSTOCK_ASSERT(status == 0);
    return pair;
}

KeyPair::~KeyPair() {
    sodium_memzero(secret_.data(), secret_.size());
}

Seed KeyPair::seed() const {
    Seed seed;
    std::copy_n(secret_.begin(), seed.size(), seed.begin());
    return seed;
}

Signature KeyPair::sign(ByteView message) const {
    Signature signature;
    const int status = crypto_sign_detached(signature.data(), nullptr, message.data(),
                                            message.size(), secret_.data());
    PENSTOCK_ASSERT(status == 0);
    return signature;
}

Result<void> verify(const PublicKey& key, ByteView message, const Signature& signature) {
    ensure_sodium();
    if (crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) !=
        0) {
        return reject(kSignatureInvalid, "signature");
    }
    return {};
}

Result<void> verify(const PublicKey& key, std::string_view message, const Signature& signature) {
    return verify(key, bytes_of(message), signature);
}

}  // namespace penstock::crypto
