#include "crypto/wrap.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/error.h"

namespace penstock::crypto {
namespace {

constexpr const char* kContext = "server.secret";
const std::string kSecret("a secret with a NUL \0 in it", 27);

class Wrap : public testing::TestWithParam<WrapAlgorithm> {
  protected:
    const WrapKey key_ = WrapKey::draw(GetParam());
};

TEST_P(Wrap, returns_what_was_wrapped) {
    for (const std::string& secret : {kSecret, std::string(), std::string(5'000, 'x')}) {
        const std::string text = wrap(key_, secret, kContext);
        EXPECT_TRUE(is_wrapped(text));
        EXPECT_EQ(unwrap(key_, text, kContext).value(), secret);
    }
    EXPECT_EQ(wrap(key_, kSecret, kContext).find("secret"), std::string::npos);
    EXPECT_NE(wrap(key_, kSecret, kContext), wrap(key_, kSecret, kContext)) << "a nonce twice";
}

TEST_P(Wrap, says_under_which_key_and_how) {
    const auto header = parse_wrap_header(wrap(key_, kSecret, kContext)).value();
    EXPECT_EQ(header.algorithm, GetParam());
    EXPECT_EQ(header.key_id, key_.id());
    EXPECT_EQ(
        wrap(key_, kSecret, kContext)
            .find("penstock-sealed/v1 " + std::string(name(GetParam())) + " " + key_.id() + "\n"),
        0u);
}

TEST_P(Wrap, opens_with_no_other_key) {
    const std::string text = wrap(key_, kSecret, kContext);
    const auto other = unwrap(WrapKey::draw(GetParam()), text, kContext);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().reason(), "SEAL_KEY_OTHER");
    EXPECT_NE(other.error().detail().find(key_.id()), std::string::npos);
}

TEST_P(Wrap, opens_for_no_other_purpose) {
    EXPECT_EQ(unwrap(key_, wrap(key_, kSecret, kContext), "vault.key").error().reason(),
              "SEAL_BROKEN");
}

TEST_P(Wrap, finds_every_flipped_bit) {
    const std::string text = wrap(key_, kSecret, kContext);
    for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
        std::string altered = text;
        altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(unwrap(key_, altered, kContext)) << "bit " << bit;
    }
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(unwrap(key_, text.substr(0, size), kContext)) << "cut to " << size;
    EXPECT_FALSE(unwrap(key_, text + "\n", kContext));
}

TEST_P(Wrap, refuses_what_it_does_not_know) {
    const std::string text = wrap(key_, kSecret, kContext);
    const std::string rest = text.substr(text.find(' '));
    EXPECT_EQ(unwrap(key_, "penstock-sealed/v2" + rest, kContext).error().reason(),
              "SEAL_FORMAT_UNKNOWN");
    EXPECT_EQ(unwrap(key_, "penstock-sealed/v1 rot13 " + key_.id() + "\nAAAA\n", kContext)
                  .error()
                  .reason(),
              "SEAL_ALGORITHM_UNKNOWN");
}

TEST_P(Wrap, a_key_is_one_line_of_text) {
    const std::string text = key_.text();
    const WrapKey same = WrapKey::parse(text).value();
    EXPECT_EQ(same.id(), key_.id());
    EXPECT_EQ(unwrap(same, wrap(key_, kSecret, kContext), kContext).value(), kSecret);
    EXPECT_EQ(WrapKey::parse(text.substr(0, text.size() - 1)).error().reason(), "SEAL_KEY_INVALID");
    EXPECT_EQ(WrapKey::parse(text + text).error().reason(), "SEAL_KEY_INVALID");
    EXPECT_EQ(WrapKey::parse("").error().reason(), "SEAL_KEY_INVALID");
    EXPECT_EQ(WrapKey::parse("penstock-seal-key/v1 rot13 AAAA\n").error().reason(),
              "SEAL_ALGORITHM_UNKNOWN");
}

INSTANTIATE_TEST_SUITE_P(
    Algorithms, Wrap, testing::Values(WrapAlgorithm::aes_256_gcm, WrapAlgorithm::sm4_ctr_hmac_sm3),
    [](const auto& shown) { return shown.param == WrapAlgorithm::aes_256_gcm ? "aes" : "sm4"; });

// Made by Python's cryptography (AES) and the openssl program (SM4, HMAC-SM3).
TEST(WrapKeys, open_what_other_programs_have_sealed) {
    const std::string root = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
    const WrapKey aes = WrapKey::parse("penstock-seal-key/v1 aes-256-gcm " + root).value();
    EXPECT_EQ(unwrap(aes,
                     "penstock-sealed/v1 aes-256-gcm 09bfe5a3f8d11667\n"
                     "ZGVmZ2hpamtsbW5vXHfqw1cr0Fbg+xRSAvB+2Okn1DfESw9e\n",
                     "server.secret")
                  .value(),
              "a secret");
    const WrapKey sm4 = WrapKey::parse("penstock-seal-key/v1 sm4-ctr-hmac-sm3 " + root).value();
    EXPECT_EQ(
        unwrap(sm4,
               "penstock-sealed/v1 sm4-ctr-hmac-sm3 8a54bf1b26ee6260\n"
               "ZGVmZ2hpamtsbW5vcHFyc3485GJrirQ3jt4T5twmP4ILwWrfSgHliulcYXvz9wsoZYwHRD2LCeA=\n",
               "server.secret")
            .value(),
        "a secret");
}

TEST(WrapKeys, the_same_bytes_for_another_algorithm_are_another_key) {
    const WrapKey aes = WrapKey::draw(WrapAlgorithm::aes_256_gcm);
    std::string text = aes.text();
    text.replace(text.find("aes-256-gcm"), 11, "sm4-ctr-hmac-sm3");
    const WrapKey sm4 = WrapKey::parse(text).value();
    EXPECT_NE(sm4.id(), aes.id());
    EXPECT_EQ(unwrap(sm4, wrap(aes, kSecret, kContext), kContext).error().reason(),
              "SEAL_KEY_OTHER");
}

}  // namespace
}  // namespace penstock::crypto
