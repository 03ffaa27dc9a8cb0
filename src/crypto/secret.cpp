#include "crypto/secret.h"

#include <algorithm>

#include "base/assert.h"
#include "crypto/error.h"
#include "crypto/random.h"

namespace penstock::crypto {

namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kDigits = (kRandomBytes * 8 + 4) / 5;

bool is_prefix(std::string_view text) {
    return !text.empty() && text.size() <= 16 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

}  // namespace

std::string make_secret(std::string_view prefix) {
    PENSTOCK_ASSERT(is_prefix(prefix));
    std::string text(prefix);
    text.push_back('_');
    unsigned pending = 0;
    unsigned pending_bits = 0;
    for (const std::uint8_t byte : random_array<kRandomBytes>()) {
        pending = (pending << 8 | byte) & 0xfff;
        pending_bits += 8;
        while (pending_bits >= 5) {
            pending_bits -= 5;
            text.push_back(kAlphabet[pending >> pending_bits & 31]);
        }
    }
    text.push_back(kAlphabet[pending << (5 - pending_bits) & 31]);
    return text;
}

Result<Sha256> secret_digest(std::string_view prefix, std::string_view text) {
    PENSTOCK_ASSERT(is_prefix(prefix));
    const bool formed = text.size() == prefix.size() + 1 + kDigits && text.starts_with(prefix) &&
                        text[prefix.size()] == '_' &&
                        text.find_first_not_of(kAlphabet, prefix.size() + 1) == text.npos;
    if (!formed) return reject(kSecretInvalid);
    return sha256(text);
}

}  // namespace penstock::crypto
