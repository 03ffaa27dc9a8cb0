#include "crypto/wrap.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/constant_time.h"
#include "crypto/error.h"
#include "crypto/hex.h"
#include "crypto/random.h"
#include "crypto/sha256.h"

namespace penstock::crypto {

namespace {

constexpr std::string_view kKeyMark = "penstock-seal-key/v";
constexpr std::string_view kMark = "penstock-sealed/v";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kGcmNonce = 12;
constexpr std::size_t kGcmTag = 16;
constexpr std::size_t kCtrNonce = 16;  // The first counter block, drawn.
constexpr std::size_t kSm3Bytes = 32;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

/// Keys for each purpose, so that one is never used for two.
Bytes derived(const EVP_MD* digest, ByteView root, std::string_view purpose) {
    Bytes key(kSm3Bytes);
    unsigned int length = 0;
    const ByteView text = bytes_of(purpose);
    PENSTOCK_ASSERT(HMAC(digest, root.data(), static_cast<int>(root.size()), text.data(),
                         text.size(), key.data(), &length) != nullptr);
    PENSTOCK_ASSERT(length == key.size());
    return key;
}

/// What is authenticated with the secret, and does not say where it ends: the header's length and
/// the text itself are fixed by the line's end.
std::string bound(std::string_view header, std::string_view context) {
    return std::string(header) + std::string(context);
}

Bytes gcm_key(ByteView root) {
    return derived(EVP_sha256(), root, "penstock-wrap/aes-256-gcm");
}

std::string seal_gcm(ByteView root, std::string_view secret, std::string_view also) {
    const Bytes key = gcm_key(root);
    const auto nonce = random_array<kGcmNonce>();
    std::string out(text_of(nonce));
    out.resize(kGcmNonce + secret.size() + kGcmTag);
    auto* body = reinterpret_cast<unsigned char*>(out.data()) + kGcmNonce;
    const Context context(EVP_CIPHER_CTX_new());
    int length = 0;
    bool done = EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                                   nonce.data()) == 1;
    done = done && EVP_EncryptUpdate(context.get(), nullptr, &length, bytes_of(also).data(),
                                     static_cast<int>(also.size())) == 1;
    done = done && EVP_EncryptUpdate(context.get(), body, &length, bytes_of(secret).data(),
                                     static_cast<int>(secret.size())) == 1;
    done = done && EVP_EncryptFinal_ex(context.get(), body + length, &length) == 1;
    done = done && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kGcmTag,
                                       body + secret.size()) == 1;
    PENSTOCK_ASSERT(done);
    return out;
}

Result<std::string> open_gcm(ByteView root, ByteView sealed, std::string_view also) {
    if (sealed.size() < kGcmNonce + kGcmTag) return reject(kSealBroken);
    const Bytes key = gcm_key(root);
    const ByteView body = sealed.subspan(kGcmNonce, sealed.size() - kGcmNonce - kGcmTag);
    Bytes tag(sealed.end() - kGcmTag, sealed.end());
    std::string secret(body.size(), '\0');
    auto* plain = reinterpret_cast<unsigned char*>(secret.data());
    const Context context(EVP_CIPHER_CTX_new());
    int length = 0;
    bool done = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                                   sealed.data()) == 1;
    done = done && EVP_DecryptUpdate(context.get(), nullptr, &length, bytes_of(also).data(),
                                     static_cast<int>(also.size())) == 1;
    done = done && EVP_DecryptUpdate(context.get(), plain, &length, body.data(),
                                     static_cast<int>(body.size())) == 1;
    done =
        done && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kGcmTag, tag.data()) == 1;
    done = done && EVP_DecryptFinal_ex(context.get(), plain + length, &length) == 1;
    if (done) return secret;
    OPENSSL_cleanse(secret.data(), secret.size());
    return reject(kSealBroken);
}

/// Counter mode: the same both ways.
void sm4_ctr(ByteView root, ByteView nonce, ByteView from, unsigned char* to) {
    const Bytes key = derived(EVP_sm3(), root, "penstock-wrap/sm4-ctr");  // Its first 16 bytes.
    const Context context(EVP_CIPHER_CTX_new());
    int length = 0;
    PENSTOCK_ASSERT(
        EVP_EncryptInit_ex(context.get(), EVP_sm4_ctr(), nullptr, key.data(), nonce.data()) == 1);
    PENSTOCK_ASSERT(EVP_EncryptUpdate(context.get(), to, &length, from.data(),
                                      static_cast<int>(from.size())) == 1);
}

Bytes sm3_tag(ByteView root, ByteView sealed, std::string_view also) {
    const Bytes key = derived(EVP_sm3(), root, "penstock-wrap/hmac-sm3");
    std::string text(also);
    text.push_back('\0');
    text.append(text_of(sealed));
    return derived(EVP_sm3(), key, text);
}

std::string seal_sm4(ByteView root, std::string_view secret, std::string_view also) {
    const auto nonce = random_array<kCtrNonce>();
    std::string out(text_of(nonce));
    out.resize(kCtrNonce + secret.size());
    sm4_ctr(root, nonce, bytes_of(secret),
            reinterpret_cast<unsigned char*>(out.data()) + kCtrNonce);
    out.append(text_of(sm3_tag(root, bytes_of(out), also)));
    return out;
}

Result<std::string> open_sm4(ByteView root, ByteView sealed, std::string_view also) {
    if (sealed.size() < kCtrNonce + kSm3Bytes) return reject(kSealBroken);
    const ByteView authentic = sealed.first(sealed.size() - kSm3Bytes);
    const Bytes tag = sm3_tag(root, authentic, also);
    if (!equal_in_constant_time(tag, sealed.last(kSm3Bytes))) return reject(kSealBroken);
    std::string secret(authentic.size() - kCtrNonce, '\0');
    sm4_ctr(root, sealed.first(kCtrNonce), authentic.subspan(kCtrNonce),
            reinterpret_cast<unsigned char*>(secret.data()));
    return secret;
}

/// Takes "<word><separator>" off the front.
Result<std::string_view> take_word(std::string_view& text, char separator,
                                   const Rejection& otherwise) {
    const std::size_t end = text.find(separator);
    if (end == text.npos) return reject(otherwise);
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end + 1);
    return word;
}

/// Takes "<mark><version> <algorithm> " off the front.
Result<WrapAlgorithm> take_head(std::string_view& text, std::string_view mark,
                                const Rejection& otherwise) {
    if (!text.starts_with(mark)) return reject(otherwise);
    text.remove_prefix(mark.size());
    TRY_ASSIGN(const std::string_view version, take_word(text, ' ', otherwise));
    if (version != kVersion)
        return reject(kSealFormatUnknown, {},
                      "It is of version \"" + std::string(version.substr(0, 16)) + "\".");
    TRY_ASSIGN(const std::string_view algorithm, take_word(text, ' ', otherwise));
    return parse_wrap_algorithm(algorithm);
}

std::string header_text(WrapAlgorithm algorithm, std::string_view key_id) {
    std::string text(kMark);
    text.append(kVersion).append(" ").append(name(algorithm)).append(" ");
    return text.append(key_id).append("\n");
}

/// Takes the whole first line off the front.
Result<WrapHeader> take_header(std::string_view& text) {
    WrapHeader header;
    TRY_ASSIGN(header.algorithm, take_head(text, kMark, kSealBroken));
    TRY_ASSIGN(header.key_id, take_word(text, '\n', kSealBroken));
    const auto id = parse_hex(header.key_id);
    if (!id || id->size() != kIdBytes) return reject(kSealBroken);
    return header;
}

}  // namespace

std::string_view name(WrapAlgorithm algorithm) {
    return algorithm == WrapAlgorithm::aes_256_gcm ? "aes-256-gcm" : "sm4-ctr-hmac-sm3";
}

Result<WrapAlgorithm> parse_wrap_algorithm(std::string_view text) {
    for (const auto algorithm : {WrapAlgorithm::aes_256_gcm, WrapAlgorithm::sm4_ctr_hmac_sm3})
        if (text == name(algorithm)) return algorithm;
    return reject(kWrapAlgorithmUnknown, {}, "\"" + std::string(text.substr(0, 32)) + "\"");
}

WrapKey::WrapKey(WrapAlgorithm algorithm, const Root& root) : algorithm_(algorithm), root_(root) {
    std::string text("penstock-seal-key-id ");
    text.append(name(algorithm)).append(" ").append(text_of(root));
    id_ = hex(sha256(text)).substr(0, 2 * kIdBytes);
    OPENSSL_cleanse(text.data(), text.size());
}

WrapKey::~WrapKey() {
    OPENSSL_cleanse(root_.data(), root_.size());
}

WrapKey WrapKey::draw(WrapAlgorithm algorithm) {
    return {algorithm, random_array<kBytes>()};
}

Result<WrapKey> WrapKey::parse(std::string_view text) {
    TRY_ASSIGN(const WrapAlgorithm algorithm, take_head(text, kKeyMark, kSealKeyInvalid));
    TRY_ASSIGN(const std::string_view root, take_word(text, '\n', kSealKeyInvalid));
    const auto bytes = parse_base64_array<kBytes>(root);
    if (!bytes || !text.empty()) return reject(kSealKeyInvalid);
    return WrapKey(algorithm, *bytes);
}

std::string WrapKey::text() const {
    std::string text(kKeyMark);
    text.append(kVersion).append(" ").append(name(algorithm_)).append(" ");
    return text.append(base64(root_)).append("\n");
}

std::string wrap(const WrapKey& key, std::string_view secret, std::string_view context) {
    const std::string header = header_text(key.algorithm_, key.id_);
    const std::string also = bound(header, context);
    const std::string sealed = key.algorithm_ == WrapAlgorithm::aes_256_gcm
                                   ? seal_gcm(key.root_, secret, also)
                                   : seal_sm4(key.root_, secret, also);
    return header + base64(bytes_of(sealed)) + "\n";
}

bool is_wrapped(std::string_view text) {
    return text.starts_with(kMark);
}

Result<WrapHeader> parse_wrap_header(std::string_view text) {
    return take_header(text);
}

Result<std::string> unwrap(const WrapKey& key, std::string_view text, std::string_view context) {
    TRY_ASSIGN(const WrapHeader header, take_header(text));
    if (header.key_id != key.id_ || header.algorithm != key.algorithm_)
        return reject(kSealKeyOther, {},
                      "It is sealed under key " + header.key_id + "; given is " + key.id_ + ".");
    TRY_ASSIGN(const std::string_view body, take_word(text, '\n', kSealBroken));
    const auto sealed = parse_base64(body);
    if (!sealed || !text.empty()) return reject(kSealBroken);
    const std::string also = bound(header_text(header.algorithm, header.key_id), context);
    return header.algorithm == WrapAlgorithm::aes_256_gcm ? open_gcm(key.root_, *sealed, also)
                                                          : open_sm4(key.root_, *sealed, also);
}

}  // namespace penstock::crypto
