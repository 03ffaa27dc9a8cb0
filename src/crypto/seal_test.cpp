#include "crypto/seal.h"

#include <gtest/gtest.h>

#include "crypto/password.h"
#include "crypto/random.h"

namespace penstock::crypto {
namespace {

TEST(Seal, opens_for_its_key_and_context_alone) {
    const auto key = random_array<32>();
    const std::string sealed = seal(key, "wang@example.test", "profile 1");
    EXPECT_EQ(sealed.find("wang"), std::string::npos);
    EXPECT_EQ(unseal(key, sealed, "profile 1").value(), "wang@example.test");
    EXPECT_EQ(unseal(key, sealed, "profile 2").error().reason(), "SEAL_BROKEN");
    EXPECT_EQ(unseal(random_array<32>(), sealed, "profile 1").error().reason(), "SEAL_BROKEN");
    EXPECT_EQ(unseal(key, "", "profile 1").error().reason(), "SEAL_BROKEN");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(unseal(key, changed, "profile 1")) << i;
    }
}

TEST(Seal, is_another_each_time) {
    const auto key = random_array<32>();
    EXPECT_NE(seal(key, "same", ""), seal(key, "same", ""));
    EXPECT_EQ(unseal(key, seal(key, "", ""), "").value(), "");
}

TEST(Password, is_known_by_its_verifier_alone) {
    const PasswordCost cheap{.passes = 1, .memory_bytes = 8'192};
    const std::string verifier = make_password_verifier("correct horse", cheap);
    EXPECT_TRUE(verifier.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    EXPECT_NE(verifier, make_password_verifier("correct horse", cheap));
    EXPECT_TRUE(is_password("correct horse", verifier));
    EXPECT_FALSE(is_password("correct horsE", verifier));
    EXPECT_FALSE(is_password("", verifier));
    EXPECT_FALSE(is_password("correct horse", ""));
}

TEST(Password, costs_64_mib_when_nothing_else_is_said) {
    EXPECT_TRUE(make_password_verifier("x").starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
}

}  // namespace
}  // namespace penstock::crypto
