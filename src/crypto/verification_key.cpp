#include "crypto/verification_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <utility>

#include "crypto/error.h"

namespace penstock::crypto {

namespace {

constexpr std::size_t kRsaBytesMin = 256;
constexpr std::size_t kRsaBytesMax = 1'024;
constexpr std::size_t kCoordinateBytes = 32;

template <auto release>
struct Release {
    template <class T>
    void operator()(T* thing) const {
        release(thing);
    }
};
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;

Number number(ByteView bytes) {
    return Number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

/// Null unless the parameters are a sound public key.
EVP_PKEY* make_key(const char* type, OSSL_PARAM* parameters) {
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        return nullptr;
    const KeyContext check(EVP_PKEY_CTX_new(key, nullptr));
    if (EVP_PKEY_public_check(check.get()) == 1) return key;
    EVP_PKEY_free(key);
    return nullptr;
}

/// The form in which OpenSSL takes a signature that tokens write as two numbers side by side.
Bytes der_of(ByteView signature) {
    if (signature.size() != 2 * kCoordinateBytes) return {};
    const EcSignature pair(ECDSA_SIG_new());
    // ECDSA_SIG_set0 takes both over.
    if (ECDSA_SIG_set0(pair.get(), number(signature.first(kCoordinateBytes)).release(),
                       number(signature.subspan(kCoordinateBytes)).release()) != 1)
        return {};
    Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)));
    unsigned char* at = der.data();
    i2d_ECDSA_SIG(pair.get(), &at);
    return der;
}

}  // namespace

VerificationKey::VerificationKey(Kind kind, evp_pkey_st* key)
    : kind_(kind), key_(key, [](EVP_PKEY* done) { EVP_PKEY_free(done); }) {}

Result<VerificationKey> VerificationKey::rsa(ByteView modulus, ByteView exponent) {
    if (modulus.size() < kRsaBytesMin || modulus.size() > kRsaBytesMax || exponent.empty() ||
        exponent.size() > 8)
        return reject(kVerificationKeyInvalid);
    const Number n = number(modulus);
    const Number e = number(exponent);
    const Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    EVP_PKEY* key = make_key("RSA", parameters.get());
    if (key == nullptr) return reject(kVerificationKeyInvalid);
    return VerificationKey(Kind::rsa, key);
}

Result<VerificationKey> VerificationKey::p256(ByteView x, ByteView y) {
    if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes)
        return reject(kVerificationKeyInvalid);
    Bytes point{POINT_CONVERSION_UNCOMPRESSED};
    point.insert(point.end(), x.begin(), x.end());
    point.insert(point.end(), y.begin(), y.end());
    const Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    EVP_PKEY* key = make_key("EC", parameters.get());
    if (key == nullptr) return reject(kVerificationKeyInvalid);
    return VerificationKey(Kind::p256, key);
}

bool VerificationKey::verify(TokenAlgorithm algorithm, ByteView data, ByteView signature) const {
    const bool wants_rsa = algorithm != TokenAlgorithm::es256;
    if (wants_rsa != (kind_ == Kind::rsa)) return false;
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* key_context = nullptr;  // Goes with `context`.
    if (EVP_DigestVerifyInit(context.get(), &key_context, EVP_sha256(), nullptr, key_.get()) != 1)
        return false;
    if (algorithm == TokenAlgorithm::ps256 &&
        (EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    const Bytes der = wants_rsa ? Bytes() : der_of(signature);
    const ByteView given = wants_rsa ? signature : ByteView(der);
    return !given.empty() && EVP_DigestVerify(context.get(), given.data(), given.size(),
                                              data.data(), data.size()) == 1;
}

}  // namespace penstock::crypto
