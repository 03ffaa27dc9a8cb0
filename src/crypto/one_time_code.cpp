#include "crypto/one_time_code.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/assert.h"
#include "crypto/constant_time.h"

namespace penstock::crypto {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const EVP_MD* function_of(CodeHash hash) {
    switch (hash) {
        case CodeHash::sha1:
            return EVP_sha1();
        case CodeHash::sha256:
            return EVP_sha256();
        case CodeHash::sha512:
            return EVP_sha512();
    }
    return nullptr;
}

}  // namespace

std::string one_time_code(ByteView secret, std::uint64_t counter, unsigned digits, CodeHash hash) {
    PENSTOCK_ASSERT(digits >= 6 && digits <= 8);
    std::array<unsigned char, 8> message{};
    for (std::size_t i = 0; i < message.size(); ++i)
        message[i] = static_cast<unsigned char>(counter >> (56 - 8 * i));
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    const auto* made = HMAC(function_of(hash), secret.data(), static_cast<int>(secret.size()),
                            message.data(), message.size(), mac.data(), &size);
    PENSTOCK_ASSERT(made != nullptr && size >= 20);
    const std::size_t offset = mac[size - 1] & 0xfU;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8 | mac[offset + i];
    number &= 0x7fff'ffffU;
    std::string code(digits, '0');
    for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 10)
        *digit = static_cast<char>('0' + number % 10);
    return code;
}

std::optional<std::uint64_t> find_code_step(ByteView secret, std::string_view code,
                                            std::int64_t unix_seconds, std::uint64_t after) {
    if (unix_seconds < kCodeStepSeconds) return std::nullopt;
    const auto now = static_cast<std::uint64_t>(unix_seconds / kCodeStepSeconds);
    std::optional<std::uint64_t> found;
    for (std::uint64_t step = now - 1; step <= now + 1; ++step) {
        const bool equal = equal_in_constant_time(one_time_code(secret, step), code);
        if (equal && step > after && !found) found = step;
    }
    return found;
}

std::string base32(ByteView bytes) {
    std::string text;
    unsigned pending = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        pending = (pending << 8 | byte) & 0xfff;
        for (bits += 8; bits >= 5;) {
            bits -= 5;
            text.push_back(kAlphabet[pending >> bits & 31]);
        }
    }
    if (bits > 0) text.push_back(kAlphabet[pending << (5 - bits) & 31]);
    return text;
}

std::optional<Bytes> parse_base32(std::string_view text) {
    Bytes bytes;
    unsigned pending = 0;
    unsigned bits = 0;
    for (const char letter : text) {
        const std::size_t digit = kAlphabet.find(letter);
        if (digit == std::string_view::npos) return std::nullopt;
        pending = (pending << 5 | static_cast<unsigned>(digit)) & 0xfff;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<std::uint8_t>(pending >> bits));
    }
    if (base32(bytes) != text) return std::nullopt;
    return bytes;
}

}  // namespace penstock::crypto
