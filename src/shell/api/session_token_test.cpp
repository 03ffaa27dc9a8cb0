#include "shell/api/session_token.h"

#include <gtest/gtest.h>

namespace penstock::shell {
namespace {

TEST(SessionToken, is_read_as_it_was_written) {
    const SessionToken token{7, SessionToken::draw_secret()};
    const auto read = SessionToken::parse(token.text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->session, 7u);
    EXPECT_EQ(read->secret, token.secret);
    EXPECT_EQ(read->csrf_token(), token.csrf_token());
}

TEST(SessionToken, of_a_cookie_is_none_of_a_header) {
    const SessionToken token{7, SessionToken::draw_secret()};
    EXPECT_NE(token.hash(TokenCarrier::cookie), token.hash(TokenCarrier::bearer));
    EXPECT_NE(SessionToken::draw_secret(), SessionToken::draw_secret());
}

TEST(SessionToken, is_refused_when_it_is_malformed) {
    const std::string secret = SessionToken::draw_secret();
    for (const std::string& text : std::initializer_list<std::string>{
             "", "pss_" + secret, "pss_7_", "pss_7", "psk_7_" + secret, "pss_x_" + secret,
             "pss_7_" + secret + "0", "pss_-7_" + secret, "pss_99999999999999999999_" + secret,
             "pss_7_" + std::string(64, 'G')})
        EXPECT_FALSE(SessionToken::parse(text)) << text;
}

}  // namespace
}  // namespace penstock::shell
