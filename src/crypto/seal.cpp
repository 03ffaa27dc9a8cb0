#include "crypto/seal.h"

#include <sodium.h>

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/random.h"
#include "crypto/sodium.h"

namespace penstock::crypto {

namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

}  // namespace

std::string seal(const SealKey& key, std::string_view text, std::string_view context) {
    ensure_sodium();
    const auto nonce = random_array<kNonceBytes>();
    std::string sealed(text_of(nonce));
    sealed.resize(kNonceBytes + text.size() + kTagBytes);
    const ByteView plain = bytes_of(text);
    const ByteView bound = bytes_of(context);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        reinterpret_cast<unsigned char*>(sealed.data()) + kNonceBytes, nullptr, plain.data(),
        plain.size(), bound.data(), bound.size(), nullptr, nonce.data(), key.data());
    return sealed;
}

Result<std::string> unseal(const SealKey& key, std::string_view sealed, std::string_view context) {
    ensure_sodium();
    if (sealed.size() < kNonceBytes + kTagBytes) return reject(kSealBroken);
    const ByteView bytes = bytes_of(sealed);
    const ByteView bound = bytes_of(context);
    std::string text(sealed.size() - kNonceBytes - kTagBytes, '\0');
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, bytes.data() + kNonceBytes,
        bytes.size() - kNonceBytes, bound.data(), bound.size(), bytes.data(), key.data());
    if (failed != 0) return reject(kSealBroken);
    return text;
}

}  // namespace penstock::crypto
