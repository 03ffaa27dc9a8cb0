#include "shell/oidc/provider.h"

#include <gtest/gtest.h>

namespace penstock::oidc {
namespace {

std::string one(const std::string& issuer, const std::string& more = {}) {
    return R"({"providers":[{"name":"corp","issuer":")" + issuer +
           R"(","client_id":"c","client_secret":"s")" + more + "}]}";
}

TEST(ProviderSettings, are_read) {
    const auto settings = parse_settings(one("https://id.test", R"(,"party":"party_7")"));
    ASSERT_TRUE(settings);
    ASSERT_EQ(settings->size(), 1u);
    EXPECT_EQ(settings->front().name, "corp");
    EXPECT_EQ(settings->front().issuer, "https://id.test");
    EXPECT_EQ(settings->front().party, PartyId{7});
    EXPECT_TRUE(parse_settings(R"({"providers":[]})").value().empty());
}

TEST(ProviderSettings, name_issuers_over_tls_or_on_this_machine) {
    for (const char* issuer :
         {"https://id.test", "http://127.0.0.1:90", "http://localhost:1/x", "http://[::1]:7"})
        EXPECT_TRUE(parse_settings(one(issuer))) << issuer;
    for (const char* issuer : {"", "http://id.test", "http://127.0.0.1@id.test",
                               "http://127.0.0.1.id.test", "ftp://id.test", "http://localhost:@x"})
        EXPECT_EQ(parse_settings(one(issuer)).error().reason(), "OIDC_CONFIGURATION_INVALID")
            << issuer;
}

TEST(ProviderSettings, are_refused_when_they_are_not_whole) {
    for (const std::string& text : std::initializer_list<std::string>{
             "", "[]", "{}", R"({"providers":{}})", R"({"providers":[1]})",
             R"({"providers":[{"name":"Corp!","issuer":"https://a","client_id":"c",)"
             R"("client_secret":"s"}]})",
             R"({"providers":[{"name":"corp","issuer":"https://a","client_id":"c"}]})",
             one("https://a", R"(,"party":"seven")")})
        EXPECT_EQ(parse_settings(text).error().reason(), "OIDC_CONFIGURATION_INVALID") << text;
}

}  // namespace
}  // namespace penstock::oidc
