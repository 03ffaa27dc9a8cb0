#include "crypto/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/assert.h"

namespace penstock::crypto {

namespace {

/// Fetched once: looking the algorithm up costs more than hashing a short record.
const EVP_MD* algorithm() {
    static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    PENSTOCK_ASSERT(fetched != nullptr);
    return fetched;
}

}  // namespace

void Sha256Stream::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
    PENSTOCK_ASSERT(context_ != nullptr);
    PENSTOCK_ASSERT(EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) == 1);
}

void Sha256Stream::update(ByteView data) {
    PENSTOCK_ASSERT(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1);
}

void Sha256Stream::update(std::string_view data) {
    update(bytes_of(data));
}

Sha256 Sha256Stream::finish() {
    Sha256 digest;
    PENSTOCK_ASSERT(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    PENSTOCK_ASSERT(EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) == 1);
    return digest;
}

Sha256 sha256(ByteView data) {
    thread_local Sha256Stream stream;
    stream.update(data);
    return stream.finish();
}

Sha256 sha256(std::string_view data) {
    return sha256(bytes_of(data));
}

Sha256 hmac_sha256(ByteView key, ByteView data) {
    // A null key means "the last key" to OpenSSL, so an empty one must still point somewhere.
    static constexpr std::uint8_t kEmpty = 0;
    const void* const key_data = key.empty() ? &kEmpty : key.data();
    Sha256 digest;
    unsigned int length = 0;
    PENSTOCK_ASSERT(HMAC(algorithm(), key_data, static_cast<int>(key.size()), data.data(),
                         data.size(), digest.data(), &length) != nullptr);
    PENSTOCK_ASSERT(length == digest.size());
    return digest;
}

}  // namespace penstock::crypto
