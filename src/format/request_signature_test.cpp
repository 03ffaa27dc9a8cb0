#include "format/request_signature.h"

#include <gtest/gtest.h>

#include "crypto/base64.h"
#include "format/error.h"
#include "format/test_log.h"

namespace penstock::format {
namespace {

constexpr std::int64_t kNow = 1'790'000'000'000;
constexpr SignedRequest kRequest{"POST", "/v1/agents/agent_7:poll?wait=30", "{}"};

Result<void> verify(std::string_view header, const SignedRequest& request,
                    const crypto::PublicKey& key, std::int64_t now_ms) {
    auto signature = parse_request_signature(header);
    if (!signature) return std::unexpected(std::move(signature).error());
    return verify_request_signature(*signature, request, key, now_ms);
}

TEST(RequestSignature, is_verified_and_names_its_agent) {
    const auto pair = crypto::KeyPair::generate();
    const std::string header = sign_request("agent_7", kNow, kRequest, pair);
    EXPECT_TRUE(header.starts_with("Penstock-Agent agent_7.1790000000000."));
    EXPECT_EQ(parse_request_signature(header)->agent, "agent_7");
    EXPECT_EQ(parse_request_signature(header)->unix_ms, kNow);
    EXPECT_TRUE(verify(header, kRequest, pair.public_key(), kNow));
}

TEST(RequestSignature, signs_the_documented_text) {
    const auto pair = crypto::KeyPair::generate();
    const std::string text =
        "penstock-request/v1\nPOST /v1/agents/agent_7:poll?wait=30\n1790000000000\n"
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n";
    EXPECT_EQ(sign_request("agent_7", kNow, kRequest, pair),
              "Penstock-Agent agent_7.1790000000000." + crypto::base64(pair.sign(text)));
}

TEST(RequestSignature, does_not_fit_another_request_key_or_time) {
    const auto pair = crypto::KeyPair::generate();
    const std::string header = sign_request("agent_7", kNow, kRequest, pair);
    const SignedRequest others[] = {
        {"PUT", kRequest.path, kRequest.body},       {kRequest.verb, "/v1/agents", kRequest.body},
        {kRequest.verb, kRequest.path, "{ }"},       {kRequest.verb, kRequest.path, ""},
        {"POST /v1", kRequest.path, kRequest.body},  {kRequest.verb, "/a b", kRequest.body},
        {kRequest.verb, "/a\n17900", kRequest.body}, {"", kRequest.path, kRequest.body}};
    for (const SignedRequest& other : others) {
        EXPECT_EQ(verify(header, other, pair.public_key(), kNow).error().number(),
                  kRequestSignatureWrong.number)
            << other.verb << " " << other.path;
    }
    EXPECT_FALSE(verify(header, kRequest, crypto::KeyPair::generate().public_key(), kNow));
    for (const std::int64_t skew : {-kRequestSkewMsMax, kRequestSkewMsMax}) {
        EXPECT_TRUE(verify(header, kRequest, pair.public_key(), kNow + skew));
        const std::int64_t beyond = skew < 0 ? skew - 1 : skew + 1;
        EXPECT_EQ(verify(header, kRequest, pair.public_key(), kNow + beyond).error().number(),
                  kRequestClockSkewed.number);
    }
}

TEST(RequestSignature, is_refused_with_any_bit_of_time_or_signature_altered) {
    const auto pair = crypto::KeyPair::generate();
    const std::string agent_part = "Penstock-Agent agent_7";
    const std::string header = sign_request("agent_7", kNow, kRequest, pair);
    const std::string rest = header.substr(agent_part.size());
    for (const std::string& altered : altered_texts(rest)) {
        // The agent's number chooses the key; with a digit put to it, it is another agent's.
        const auto parsed = parse_request_signature(agent_part + altered);
        if (parsed && parsed->agent != "agent_7") continue;
        EXPECT_FALSE(verify(agent_part + altered, kRequest, pair.public_key(), kNow)) << altered;
    }
}

TEST(RequestSignature, malformed_is_refused) {
    const std::string signature = crypto::base64(crypto::Bytes(64, 1));
    EXPECT_TRUE(parse_request_signature("Penstock-Agent agent_1.0." + signature));
    for (const std::string& wrong :
         {std::string(), std::string("Penstock-Agent "), "Bearer agent_1.0." + signature,
          "penstock-agent agent_1.0." + signature, "Penstock-Agent agent_0.0." + signature,
          "Penstock-Agent agent_01.0." + signature, "Penstock-Agent pool_1.0." + signature,
          "Penstock-Agent agent_1.00." + signature, "Penstock-Agent agent_1.-1." + signature,
          "Penstock-Agent agent_1.9223372036854775808." + signature,
          "Penstock-Agent agent_1.0" + signature, "Penstock-Agent agent_1..0." + signature,
          "Penstock-Agent agent_1.0." + signature.substr(4),
          "Penstock-Agent agent_1.0." + signature + " ",
          "Penstock-Agent  agent_1.0." + signature}) {
        EXPECT_EQ(parse_request_signature(wrong).error().number(),
                  kRequestSignatureMalformed.number)
            << wrong;
    }
}

}  // namespace
}  // namespace penstock::format
