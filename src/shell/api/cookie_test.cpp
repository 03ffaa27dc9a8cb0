#include "shell/api/cookie.h"

#include <gtest/gtest.h>

namespace penstock::shell {
namespace {

TEST(Cookie, is_found_by_its_whole_name) {
    EXPECT_EQ(find_cookie("a=1; penstock_session=abc; b=2", "penstock_session"), "abc");
    EXPECT_EQ(find_cookie("penstock_session=abc", "penstock_session"), "abc");
    EXPECT_EQ(find_cookie("penstock_session=", "penstock_session"), "");
    EXPECT_EQ(find_cookie("penstock_session=a=b;x", "penstock_session"), "a=b");
    for (const char* header : {"", ";", "penstock_session", "xpenstock_session=1", ";;=;",
                               "penstock_session2=1", "PENSTOCK_SESSION=1", "a=penstock_session=1"})
        EXPECT_EQ(find_cookie(header, "penstock_session"), std::nullopt) << header;
}

TEST(Cookie, that_comes_twice_counts_as_none) {
    EXPECT_EQ(find_cookie("s=1; s=2", "s"), std::nullopt);
    EXPECT_EQ(find_cookie("s=1;s=1", "s"), std::nullopt);
}

TEST(Cookie, is_set_out_of_reach_of_scripts_and_other_sites) {
    EXPECT_EQ(set_cookie("session", "abc", {.secure = true, .max_age_seconds = 60}),
              "__Host-penstock_session=abc; Path=/; HttpOnly; Max-Age=60; SameSite=Strict; Secure");
    EXPECT_EQ(
        set_cookie(
            "flow", "",
            {.secure = false, .max_age_seconds = -1, .same_site = CookieTerms::SameSite::lax}),
        "penstock_flow=; Path=/; HttpOnly; Max-Age=0; SameSite=Lax");
}

}  // namespace
}  // namespace penstock::shell
