// What is kept of a request about people that comes again, and with something else in it.
#include <gtest/gtest.h>

#include "core/party/user.h"
#include "shell/api/secrets.h"
#include "shell/server/identity_fixture.h"

namespace penstock::shell {
namespace {

class IdentityRepeats : public IdentityFixture {};

TEST_F(IdentityRepeats, keeps_no_reference_by_which_a_password_can_be_guessed) {
    if (!options_.journal_url.empty()) GTEST_SKIP() << "the journal is no file";
    constexpr const char* kKey = "0f3a4c52-7c1e-4b52";
    buyer_ = sign_up("Buyer", v1::ROLE_BUYER).value();
    v1::AcceptInvitationRequest accept;
    accept.set_invitation(invite(buyer_.secret(), kEmail, {v1::USER_VIEWER}));
    accept.set_password(kPassword);
    const auto send = [&] {
        return refusal(client().call<v1::AcceptInvitationResponse>(
            "IdentityService/AcceptInvitation", accept, {.idempotency_key = kKey}));
    };
    ASSERT_EQ(send(), "");
    EXPECT_EQ(send(), "") << "sent again";
    accept.set_password("gravel.tiptoe.lantern");
    EXPECT_EQ(send(), "IDEMPOTENCY_MISMATCH");
    EXPECT_TRUE(sign_in(kEmail));
    accept.set_password(kPassword);

    // What a thief of journal and server's secret would try.
    const SecretMaker secrets = SecretMaker::open(options_.data / "server.secret").value();
    const std::string method = "IdentityService/AcceptInvitation reference ";
    const auto reference = [&](const std::string& of, const std::string& body) {
        const crypto::Sha256 derived =
            secrets.derive({.method = of,
                            .actor = {exchange::Actor::Kind::anonymous, 0},
                            .idempotency_key = kKey,
                            .body = body});
        return std::string(crypto::text_of(derived)).substr(0, std::tuple_size<party::VaultRef>());
    };
    const std::string disk = on_disk();
    ASSERT_NE(disk.find(reference(method + accept.invitation(), "")), std::string::npos)
        << "no reference is known";
    const std::string request = accept.SerializeAsString();
    for (const std::string& guess :
         {reference(method.substr(0, method.size() - 1), request), reference(method, request),
          reference(method + accept.invitation(), request)})
        EXPECT_EQ(disk.find(guess), std::string::npos);
}

TEST_F(IdentityRepeats, takes_no_other_password_under_a_key_that_was_used) {
    const std::string token = user_token({v1::USER_ADMINISTRATOR});
    v1::ChangePasswordRequest change;
    const auto send = [&](const std::string& from, const std::string& to, const char* key) {
        change.set_current_password(from);
        change.set_new_password(to);
        return refusal(client(token).call<v1::ChangePasswordResponse>(
            "IdentityService/ChangePassword", change, {.idempotency_key = key}));
    };
    const std::string second = "gravel.tiptoe.lantern";
    const std::string third = "marble.ostrich.gallop";
    ASSERT_EQ(send(kPassword, second, "one"), "");
    EXPECT_EQ(send(kPassword, second, "one"), "") << "sent again";
    EXPECT_EQ(send(kPassword, third, "one"), "IDEMPOTENCY_MISMATCH");
    EXPECT_TRUE(sign_in(kEmail, second));
    ASSERT_EQ(send(second, third, "two"), "");
    EXPECT_EQ(send(third, kPassword, "one"), "IDEMPOTENCY_MISMATCH");
    EXPECT_TRUE(sign_in(kEmail, third));
    // Guesses under the key of a session's last change are guesses.
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(send(third, "a guess at it", "two"), "IDEMPOTENCY_MISMATCH");
    EXPECT_EQ(send(third, third, "two"), "SIGN_IN_LOCKED");
}

TEST_F(IdentityRepeats, takes_no_other_person_under_a_key_that_was_used) {
    buyer_ = sign_up("Buyer", v1::ROLE_BUYER).value();
    v1::AddUserRequest add;
    add.add_roles(v1::USER_VIEWER);
    const auto send = [&](const char* email) {
        add.set_email(email);
        add.set_name(kName);
        return client(buyer_.secret())
            .call<v1::AddUserResponse>("IdentityService/AddUser", add, {.idempotency_key = "one"});
    };
    const auto added = send(kEmail);
    ASSERT_TRUE(added) << added.error().message;
    const auto again = send(kEmail);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->user(), added->user());
    EXPECT_EQ(again->invitation(), added->invitation());
    EXPECT_EQ(refusal(send("li@example.test")), "IDEMPOTENCY_MISMATCH");
    EXPECT_EQ(accept(added->invitation()), "");
    EXPECT_TRUE(sign_in(kEmail));

    v1::RemoveUserRequest remove;
    remove.set_user(added->user());
    ASSERT_TRUE(
        call<v1::RemoveUserResponse>(buyer_.secret(), "IdentityService/RemoveUser", remove));
    const char* other = "li@example.test";
    EXPECT_EQ(refusal(send(other)), "IDEMPOTENCY_MISMATCH") << "nobody was added";
    EXPECT_EQ(refusal(send(kEmail)), "IDEMPOTENCY_MISMATCH") << "he was removed";
    EXPECT_NE(invite(buyer_.secret(), other, {v1::USER_VIEWER}), "") << "something was left behind";
}

}  // namespace
}  // namespace penstock::shell
