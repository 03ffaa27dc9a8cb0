#include "shell/identity/email.h"

#include <gtest/gtest.h>

namespace penstock::shell {
namespace {

TEST(Email, is_compared_without_regard_to_case) {
    EXPECT_EQ(canonical_email("Wang.Fang@Example.TEST").value(), "wang.fang@example.test");
    EXPECT_EQ(canonical_email("a@b").value(), "a@b");
    EXPECT_EQ(canonical_email("王@例子.测试").value(), "王@例子.测试");
}

TEST(Email, is_refused_when_no_mail_could_have_it) {
    for (const std::string& text :
         {std::string(), std::string("a"), std::string("@b"), std::string("a@"),
          std::string("a@b@c"), std::string("a b@c"), std::string("a@b c"), std::string("a@.b"),
          std::string("a@b."), std::string("a@b..c"), std::string("a@b\n"), std::string("\xff@b"),
          std::string("a@<b>"), std::string(65, 'a') + "@b", "a@" + std::string(253, 'b')})
        EXPECT_EQ(canonical_email(text).error().reason(), "EMAIL_INVALID") << text;
}

}  // namespace
}  // namespace penstock::shell
