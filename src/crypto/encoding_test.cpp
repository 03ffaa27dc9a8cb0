#include <gtest/gtest.h>

#include <set>
#include <string>

#include "crypto/base64.h"
#include "crypto/constant_time.h"
#include "crypto/hex.h"
#include "crypto/random.h"

namespace penstock::crypto {
namespace {

TEST(Hex, reads_only_what_it_writes) {
    EXPECT_EQ(hex(Bytes{0x00, 0x7f, 0xff}), "007fff");
    EXPECT_EQ(parse_hex("007fff").value(), (Bytes{0x00, 0x7f, 0xff}));
    EXPECT_TRUE(parse_hex("").value().empty());
    for (const char* wrong : {"0", "0g", "FF", "0x", " 00", "00 ", "0\n"}) {
        EXPECT_EQ(parse_hex(wrong).error().number(), kHexInvalid.number) << wrong;
    }
    EXPECT_TRUE(parse_hex_array<2>("0a0b"));
    EXPECT_FALSE(parse_hex_array<2>("0a0b0c"));
}

TEST(Base64, agrees_with_rfc_4648) {
    const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : cases) {
        EXPECT_EQ(base64(bytes_of(plain)), encoded);
        EXPECT_EQ(text_of(parse_base64(encoded).value()), plain);
    }
}

TEST(Base64, refuses_all_but_the_canonical_text) {
    for (const char* wrong : {"Zg", "Zg=", "Zh==", "Zm9=", "Zg==\n", " Zg=", "Z===", "====", "Zm-_",
                              "Zg==Zg==", "Z=g=", "=Zg="}) {
        EXPECT_EQ(parse_base64(wrong).error().number(), kBase64Invalid.number) << wrong;
    }
}

TEST(Base64, returns_every_length_of_random_bytes) {
    for (std::size_t length = 0; length < 100; ++length) {
        const Bytes bytes = random_bytes(length);
        EXPECT_EQ(parse_base64(base64(bytes)).value(), bytes);
        EXPECT_EQ(parse_hex(hex(bytes)).value(), bytes);
    }
}

TEST(Random, does_not_repeat) {
    std::set<Bytes> seen;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(random_bytes(16)).second);
}

TEST(ConstantTime, compares_like_an_ordinary_comparison) {
    EXPECT_TRUE(equal_in_constant_time("same", "same"));
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_FALSE(equal_in_constant_time("same", "sama"));
    EXPECT_FALSE(equal_in_constant_time("same", "sam"));
}

}  // namespace
}  // namespace penstock::crypto
