#include "shell/identity/impersonal.h"

#include <gtest/gtest.h>

#include "penstock/v1/identity.pb.h"

namespace penstock::shell {
namespace {

TEST(Impersonal, says_nothing_of_passwords_and_invitations) {
    v1::AcceptInvitationRequest accept;
    accept.set_invitation("psi_1");
    accept.set_password("kettle-orbit-94-violin");
    EXPECT_EQ(impersonal_text(accept), "");
    v1::ChangePasswordRequest change;
    change.set_current_password("kettle-orbit-94-violin");
    change.set_new_password("gravel.tiptoe.lantern");
    EXPECT_EQ(impersonal_text(change), "");
    EXPECT_EQ(change.new_password(), "gravel.tiptoe.lantern") << "the request itself changed";
}

TEST(Impersonal, says_nothing_of_persons_and_the_rest_of_what_is_asked) {
    v1::AddUserRequest add;
    add.add_roles(v1::USER_VIEWER);
    const std::string bare = add.SerializeAsString();
    add.set_email("wang.fang@example.test");
    add.set_name("王芳");
    EXPECT_EQ(impersonal_text(add), bare);
    v1::ReinviteUserRequest reinvite;
    reinvite.set_user("user_7");
    EXPECT_EQ(impersonal_text(reinvite), reinvite.SerializeAsString());
}

TEST(Impersonal, looks_into_what_is_within) {
    v1::ListUsersResponse list;
    list.add_people()->set_email("wang.fang@example.test");
    list.add_people()->mutable_user()->set_id("user_2");
    const std::string text = impersonal_text(list);
    EXPECT_EQ(text.find("wang"), std::string::npos);
    EXPECT_NE(text.find("user_2"), std::string::npos);
}

}  // namespace
}  // namespace penstock::shell
