#include "crypto/secret.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "crypto/error.h"

namespace penstock::crypto {
namespace {

TEST(Secret, has_its_prefix_and_256_bits) {
    std::set<std::string> seen;
    std::set<char> last_digits;
    for (int i = 0; i < 200; ++i) {
        const std::string secret = make_secret("psk");
        EXPECT_EQ(secret.size(), 3U + 1U + 52U);
        EXPECT_TRUE(secret.starts_with("psk_"));
        EXPECT_TRUE(seen.insert(secret).second);
        last_digits.insert(secret.back());
        EXPECT_EQ(secret_digest("psk", secret).value(), sha256(secret));
    }
    // 256 bits are 51 digits of five and one of a single bit: the last is one of two.
    EXPECT_EQ(last_digits, (std::set<char>{'a', 'q'}));
}

TEST(Secret, of_another_kind_or_shape_is_refused) {
    const std::string secret = make_secret("psk");
    for (const std::string& wrong :
         {std::string(), secret + "a", secret.substr(0, secret.size() - 1), " " + secret,
          "psk-" + secret.substr(4), "psk_" + std::string(52, 'A'), make_secret("psx")}) {
        EXPECT_EQ(secret_digest("psk", wrong).error().number(), kSecretInvalid.number) << wrong;
    }
}

}  // namespace
}  // namespace penstock::crypto
