#include "crypto/password.h"

#include <sodium.h>

#include <array>

#include "base/assert.h"
#include "crypto/sodium.h"

namespace penstock::crypto {

std::string make_password_verifier(std::string_view password, PasswordCost cost) {
    ensure_sodium();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    const int failed =
        crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes,
                              cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
    // It fails for want of memory alone, as any allocation does.
    PENSTOCK_ASSERT(failed == 0);
    return text.data();
}

bool is_password(std::string_view password, const std::string& verifier) {
    ensure_sodium();
    return crypto_pwhash_str_verify(verifier.c_str(), password.data(), password.size()) == 0;
}

}  // namespace penstock::crypto
