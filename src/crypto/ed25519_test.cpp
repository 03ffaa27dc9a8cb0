#include "crypto/ed25519.h"

#include <gtest/gtest.h>

#include "crypto/error.h"
#include "crypto/hex.h"

namespace penstock::crypto {
namespace {

TEST(Ed25519, agrees_with_rfc_8032) {
    const Seed seed =
        parse_hex_array<32>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
            .value();
    const KeyPair pair = KeyPair::from_seed(seed);
    EXPECT_EQ(hex(pair.public_key()),
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    EXPECT_EQ(hex(pair.sign("\x72")),
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    EXPECT_EQ(pair.seed(), seed);
}

TEST(Ed25519, refuses_any_altered_bit) {
    const KeyPair pair = KeyPair::generate();
    const std::string message = "settled";
    const Signature signature = pair.sign(message);
    ASSERT_TRUE(verify(pair.public_key(), message, signature));
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        Signature altered = signature;
        altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1U << bit % 8));
        EXPECT_FALSE(verify(pair.public_key(), message, altered)) << "bit " << bit;
    }
    EXPECT_EQ(verify(pair.public_key(), "settlee", signature).error().number(),
              kSignatureInvalid.number);
    EXPECT_FALSE(verify(KeyPair::generate().public_key(), message, signature));
}

TEST(Ed25519, refuses_a_key_of_small_order) {
    PublicKey identity{};
    identity[0] = 1;
    Signature forged{};
    forged[0] = 1;
    EXPECT_FALSE(verify(identity, "anything", forged));
}

}  // namespace
}  // namespace penstock::crypto
