#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <set>
#include <thread>

#include "penstock/v1/ledger.pb.h"
#include "shell/server/identity_fixture.h"

namespace penstock::shell {
namespace {

class IdentityTest : public IdentityFixture {};

TEST_F(IdentityTest, signs_a_browser_in_and_out) {
    user_token({v1::USER_ADMINISTRATOR});
    Browser browser(url());
    const auto answer = browser.sign_in(kEmail, kPassword);
    ASSERT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(answer.body.find("pss_"), std::string::npos) << "a page can read the token";
    ASSERT_EQ(browser.set_cookies_.size(), 2u);
    for (const std::string& cookie : browser.set_cookies_) {
        EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos) << cookie;
        EXPECT_NE(cookie.find("; SameSite=Strict"), std::string::npos) << cookie;
    }
    const auto session = browser.send("GET", "/v1/session");
    ASSERT_EQ(session.status, 200u) << session.body;
    EXPECT_NE(session.body.find(kEmail), std::string::npos);
    EXPECT_NE(session.body.find(browser.csrf_), std::string::npos);
    EXPECT_EQ(browser.send("GET", "/v1/keys").status, 200u);
    const auto cookies = browser.cookies_;
    EXPECT_EQ(browser.send("POST", "/v1/sign-out").status, 200u);
    EXPECT_FALSE(browser.cookies_.contains("penstock_session"));
    browser.cookies_ = cookies;
    EXPECT_EQ(browser.send("GET", "/v1/keys").status, 401u) << "the session outlived its end";
}

TEST_F(IdentityTest, lets_no_other_site_change_anything_with_a_cookie) {
    user_token({v1::USER_ADMINISTRATOR});
    Browser browser(url());
    browser.sign_in(kEmail, kPassword);
    const std::string csrf = std::exchange(browser.csrf_, "");
    const std::string body = R"({"label":"by another site"})";
    for (const std::string& forged : {std::string(), std::string(64, '0'), csrf.substr(1)}) {
        browser.csrf_ = forged;
        const auto refused = browser.send("POST", "/v1/keys", body);
        EXPECT_EQ(refused.status, 403u);
        EXPECT_NE(refused.body.find("CSRF_TOKEN_MISSING"), std::string::npos) << refused.body;
    }
    EXPECT_EQ(browser.send("GET", "/v1/keys").status, 200u) << "reading needs no more";
    browser.csrf_ = csrf;
    EXPECT_EQ(browser.send("POST", "/v1/keys", body).status, 200u);
}

TEST_F(IdentityTest, takes_no_token_from_where_it_was_not_put) {
    const std::string bearer = user_token({v1::USER_ADMINISTRATOR});
    Browser browser(url());
    browser.cookies_["penstock_session"] = bearer;
    EXPECT_EQ(browser.send("GET", "/v1/keys").status, 401u);
    browser.sign_in(kEmail, kPassword);
    EXPECT_EQ(list_keys(browser.cookies_.at("penstock_session")), "SESSION_ENDED");
    EXPECT_EQ(list_keys(bearer), "");
    std::string altered = bearer;
    altered.back() = altered.back() == '0' ? '1' : '0';
    EXPECT_EQ(list_keys(altered), "SESSION_ENDED");
    EXPECT_EQ(list_keys("pss_1_abc"), "CREDENTIALS_MALFORMED");
}

TEST_F(IdentityTest, says_nothing_of_why_a_sign_in_failed) {
    user_token({v1::USER_VIEWER});
    invite(buyer_.secret(), "invited@example.test", {v1::USER_VIEWER});
    for (const char* email :
         {kEmail, "nobody@example.test", "invited@example.test", "no address"}) {
        const auto failed = sign_in(email, "wrong-password-entirely");
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().reason, "SIGN_IN_FAILED") << email;
    }
}

TEST_F(IdentityTest, lets_nobody_who_reads_wait_for_passwords) {
    const std::string token = user_token({v1::USER_ADMINISTRATOR});
    constexpr int kSignIns = 48;
    std::atomic<int> answered{0};
    std::atomic<int> refused{0};
    std::vector<std::jthread> sign_ins;
    for (int i = 0; i < kSignIns; ++i)
        sign_ins.emplace_back([&] {
            v1::SignInRequest request;
            request.set_email("nobody@example.test");
            request.set_password(kPassword);
            // In the line of the party itself.
            const auto done =
                client(buyer_.secret()).call<v1::SignInResponse>("IdentityService/SignIn", request);
            if (refusal(done) == "SIGN_INS_WAITING") ++refused;
            ++answered;
        });
    expect_soon([&] { return refused > 0; });  // The line is full.
    const auto session =
        call<v1::GetSessionResponse>(token, "IdentityService/GetSession", v1::GetSessionRequest());
    const auto users = call<v1::ListUsersResponse>(buyer_.secret(), "IdentityService/ListUsers",
                                                   v1::ListUsersRequest());
    EXPECT_LT(answered, kSignIns) << "they waited for all passwords";
    EXPECT_TRUE(session) << session.error().message;
    EXPECT_TRUE(users) << users.error().message;
}

TEST_F(IdentityTest, locks_strangers_out_and_not_the_devices_that_it_knows) {
    user_token({v1::USER_VIEWER});
    Browser known(url());
    ASSERT_EQ(known.sign_in(kEmail, kPassword).status, 200u);
    const auto before = status().last_sequence();
    for (int i = 0; i < 8; ++i) EXPECT_FALSE(sign_in(kEmail, "wrong-password-entirely"));
    EXPECT_EQ(status().last_sequence(), before + 5) << "each failure counts, and none that is moot";
    EXPECT_EQ(refusal(sign_in(kEmail)), "SIGN_IN_FAILED") << "not locked";
    EXPECT_EQ(known.sign_in(kEmail, kPassword).status, 200u) << "locked out by strangers";
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(sign_in(kEmail, "wrong-password-entirely"));
    v1::UnlockUserRequest unlock;
    unlock.set_user(user_);
    ASSERT_EQ(
        try_call<v1::UnlockUserResponse>(buyer_.secret(), "IdentityService/UnlockUser", unlock),
        "");
    EXPECT_TRUE(sign_in(kEmail));
}

TEST_F(IdentityTest, refuses_passwords_that_would_be_guessed) {
    const auto buyer = sign_up("Zhejiang Lab", v1::ROLE_BUYER).value();
    const std::string invitation = invite(buyer.secret(), kEmail, {v1::USER_VIEWER});
    EXPECT_EQ(accept(invitation, "short"), "PASSWORD_LENGTH");
    EXPECT_EQ(accept(invitation, "Passw0rd!2026"), "PASSWORD_COMMON");
    EXPECT_EQ(accept(invitation, "wang.fang-1988"), "PASSWORD_PERSONAL");
    EXPECT_EQ(accept(invitation, "zhejianglab.2026"), "PASSWORD_PERSONAL");
    EXPECT_EQ(accept(invitation), "");
    EXPECT_EQ(accept(invitation, "another-violin-is-here"), "INVITATION_INVALID");
    EXPECT_EQ(accept("psi_nothing"), "INVITATION_INVALID");
}

TEST_F(IdentityTest, leaves_users_what_their_roles_allow) {
    const std::string token = user_token({v1::USER_VIEWER});
    EXPECT_EQ(list_keys(token), "USER_ROLE_MISSING");
    v1::SetUserRolesRequest roles;
    roles.set_user(user_);
    roles.add_roles(v1::USER_ADMINISTRATOR);
    ASSERT_EQ(
        try_call<v1::SetUserRolesResponse>(buyer_.secret(), "IdentityService/SetUserRoles", roles),
        "");
    EXPECT_EQ(list_keys(token), "") << "a change of roles holds with the next call";
    EXPECT_EQ(try_call<v1::SetUserRolesResponse>(token, "IdentityService/SetUserRoles", roles),
              "NOT_ON_YOURSELF");
    v1::CreateApiKeyRequest key;
    key.set_label("more than its maker");
    key.add_scopes(v1::PERMISSION_TRADE);
    EXPECT_EQ(try_call<v1::CreateApiKeyResponse>(token, "PartyService/CreateApiKey", key),
              "SCOPES_INVALID");
}

TEST_F(IdentityTest, ends_sessions_when_they_are_idle_and_when_they_are_old) {
    options_.session_idle = seconds(1);
    options_.session_lifetime = seconds(3);
    start();
    const std::string idle = user_token({v1::USER_ADMINISTRATOR});
    const std::string used = sign_in(kEmail).value().token();
    const auto signed_in = std::chrono::steady_clock::now();
    // One is in use all the time, and the other is not.
    const auto idle_over = signed_in + std::chrono::milliseconds(1'500);
    bool used_lives = true;
    while (std::chrono::steady_clock::now() < idle_over) used_lives &= list_keys(used).empty();
    EXPECT_TRUE(used_lives);
    EXPECT_EQ(list_keys(idle), "SESSION_ENDED");
    expect_soon([&] { return list_keys(used) == "SESSION_ENDED"; });
    EXPECT_GE(std::chrono::steady_clock::now() - signed_in, std::chrono::milliseconds(2'500));
}

TEST_F(IdentityTest, a_new_password_ends_the_other_sessions_and_the_old_one_is_void) {
    const std::string other = user_token({v1::USER_ADMINISTRATOR});
    const std::string own = sign_in(kEmail).value().token();
    v1::ChangePasswordRequest change;
    change.set_current_password("not-this-one-either");
    change.set_new_password("gravel.tiptoe.lantern");
    EXPECT_EQ(try_call<v1::ChangePasswordResponse>(own, "IdentityService/ChangePassword", change),
              "PASSWORD_WRONG");
    change.set_current_password(kPassword);
    EXPECT_EQ(try_call<v1::ChangePasswordResponse>(own, "IdentityService/ChangePassword", change),
              "");
    EXPECT_EQ(list_keys(other), "SESSION_ENDED");
    EXPECT_EQ(list_keys(own), "");
    EXPECT_FALSE(sign_in(kEmail));
    EXPECT_TRUE(sign_in(kEmail, "gravel.tiptoe.lantern"));
    start();
    EXPECT_TRUE(sign_in(kEmail, "gravel.tiptoe.lantern")) << "lost over a restart";
    EXPECT_EQ(list_keys(own), "") << "a session ended with the server";
}

TEST_F(IdentityTest, wants_the_second_factor_and_takes_no_code_twice) {
    const std::string token = user_token({v1::USER_ADMINISTRATOR});
    const std::string secret = set_factor(token);
    EXPECT_EQ(refusal(sign_in(kEmail)), "CODE_NEEDED");
    EXPECT_EQ(refusal(sign_in(kEmail, "wrong-password-entirely")), "SIGN_IN_FAILED");
    EXPECT_EQ(refusal(sign_in(kEmail, kPassword, code_of(secret, factor_step_))), "SIGN_IN_FAILED")
        << "the code that set it up was used";
    const std::string next = code_of(secret, factor_step_ + 1);
    EXPECT_TRUE(sign_in(kEmail, kPassword, next));
    EXPECT_EQ(refusal(sign_in(kEmail, kPassword, next)), "SIGN_IN_FAILED");
    ASSERT_EQ(recovery_.recovery_codes_size(), 10);
    const std::string recovery = recovery_.recovery_codes(0);
    EXPECT_TRUE(sign_in(kEmail, kPassword, recovery));
    EXPECT_EQ(refusal(sign_in(kEmail, kPassword, recovery)), "SIGN_IN_FAILED");
    v1::RemoveSecondFactorRequest remove;
    remove.set_code(recovery_.recovery_codes(1));
    EXPECT_EQ(try_call<v1::RemoveSecondFactorResponse>(token, "IdentityService/RemoveSecondFactor",
                                                       remove),
              "");
    EXPECT_TRUE(sign_in(kEmail));
}

TEST_F(IdentityTest, agrees_with_oathtool_about_the_code_of_now) {
    const std::string token = user_token({v1::USER_ADMINISTRATOR});
    const auto begun = call<v1::BeginSecondFactorResponse>(
        token, "IdentityService/BeginSecondFactor", v1::BeginSecondFactorRequest());
    EXPECT_EQ(begun.value().uri(), "otpauth://totp/Penstock:wang.fang%40example.test?secret=" +
                                       begun.value().secret() + "&issuer=Penstock");
    const std::string command = "oathtool --totp --base32 " + begun.value().secret();
    const std::unique_ptr<FILE, int (*)(FILE*)> tool(::popen(command.c_str(), "r"), ::pclose);
    std::array<char, 16> line{};
    ASSERT_NE(std::fgets(line.data(), line.size(), tool.get()), nullptr);
    v1::ConfirmSecondFactorRequest confirm;
    confirm.set_code("000000");
    if (std::string(line.data(), 6) != "000000") {
        EXPECT_EQ(try_call<v1::ConfirmSecondFactorResponse>(
                      token, "IdentityService/ConfirmSecondFactor", confirm),
                  "CODE_WRONG");
    }
    confirm.set_code(std::string(line.data(), 6));
    EXPECT_EQ(try_call<v1::ConfirmSecondFactorResponse>(
                  token, "IdentityService/ConfirmSecondFactor", confirm),
              "");
}

TEST_F(IdentityTest, operators_do_nothing_without_a_second_factor) {
    ASSERT_EQ(accept(invite(operator_key(), "audit@example.test", {v1::USER_AUDITOR})), "");
    const auto session = sign_in("audit@example.test").value();
    EXPECT_TRUE(session.limited());
    const auto list = [&] {
        return try_call<v1::ListPartiesResponse>(session.token(), "PartyService/ListParties",
                                                 v1::ListPartiesRequest());
    };
    EXPECT_EQ(list(), "SECOND_FACTOR_NEEDED");
    const std::string secret = set_factor(session.token());
    EXPECT_EQ(list(), "");
    v1::ReviewPartyRequest review;
    review.set_party("party_1");
    EXPECT_EQ(
        try_call<v1::ReviewPartyResponse>(session.token(), "PartyService/ReviewParty", review),
        "USER_ROLE_MISSING");
    EXPECT_EQ(sign_in("audit@example.test", kPassword, code_of(secret, factor_step_ + 1))
                  .value()
                  .limited(),
              false);
}

TEST_F(IdentityTest, removal_ends_all_and_erases_the_person_from_every_file) {
    const std::string token = user_token({v1::USER_VIEWER});
    const std::string secret = set_factor(token);
    const auto listed = call<v1::ListUsersResponse>(buyer_.secret(), "IdentityService/ListUsers",
                                                    v1::ListUsersRequest());
    ASSERT_EQ(listed.value().people_size(), 1);
    EXPECT_EQ(listed.value().people(0).email(), kEmail);
    EXPECT_EQ(listed.value().people(0).name(), kName);
    const std::vector<std::string> never{kEmail,
                                         "wang.fang",
                                         kName,
                                         kPassword,
                                         secret,
                                         decode_base32(secret),
                                         token.substr(token.rfind('_') + 1),
                                         recovery_.recovery_codes(0),
                                         "argon2id"};
    server_->stop();
    server_.reset();
    for (const std::string& text : never)
        EXPECT_EQ(on_disk().find(text), std::string::npos) << text;
    start();
    v1::RemoveUserRequest remove;
    remove.set_user(user_);
    ASSERT_EQ(
        try_call<v1::RemoveUserResponse>(buyer_.secret(), "IdentityService/RemoveUser", remove),
        "");
    EXPECT_EQ(list_keys(token), "SESSION_ENDED");
    EXPECT_FALSE(sign_in(kEmail));
    // The address is free as soon as it is erased.
    expect_soon([&] {
        v1::AddUserRequest again;
        again.set_email(kEmail);
        again.set_name(kName);
        again.add_roles(v1::USER_VIEWER);
        return try_call<v1::AddUserResponse>(buyer_.secret(), "IdentityService/AddUser", again)
            .empty();
    });
}

TEST_F(IdentityTest, reset_takes_credentials_and_sessions_away) {
    const std::string token = user_token({v1::USER_ADMINISTRATOR});
    v1::ReinviteUserRequest reinvite;
    reinvite.set_user(user_);
    const auto invited =
        call<v1::ReinviteUserResponse>(buyer_.secret(), "IdentityService/ReinviteUser", reinvite);
    ASSERT_TRUE(invited) << invited.error().message;
    EXPECT_EQ(list_keys(token), "SESSION_ENDED");
    EXPECT_FALSE(sign_in(kEmail));
    EXPECT_EQ(accept(invited.value().invitation(), "gravel.tiptoe.lantern"), "");
    EXPECT_TRUE(sign_in(kEmail, "gravel.tiptoe.lantern"));
}

TEST_F(IdentityTest, gives_an_address_to_one_user_of_all_parties) {
    user_token({v1::USER_VIEWER});
    v1::AddUserRequest again;
    again.set_email("WANG.FANG@example.test");
    again.set_name("Another");
    again.add_roles(v1::USER_VIEWER);
    const auto other = sign_up("Other", v1::ROLE_BUYER).value();
    EXPECT_EQ(try_call<v1::AddUserResponse>(other.secret(), "IdentityService/AddUser", again),
              "EMAIL_IN_USE");
    again.set_email("another@example.test");
    again.clear_roles();
    EXPECT_EQ(try_call<v1::AddUserResponse>(other.secret(), "IdentityService/AddUser", again),
              "USER_ROLES_INVALID");
    again.add_roles(v1::USER_VIEWER);
    EXPECT_EQ(try_call<v1::AddUserResponse>(other.secret(), "IdentityService/AddUser", again), "")
        << "a refused user left its address behind";
    again.set_name("");
    EXPECT_EQ(try_call<v1::AddUserResponse>(other.secret(), "IdentityService/AddUser", again),
              "PERSON_NAME_INVALID");
}

TEST_F(IdentityTest, keys_keep_to_their_scopes_and_networks) {
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    v1::CreateApiKeyRequest create;
    create.set_label("ci");
    create.add_scopes(v1::PERMISSION_MONEY_READ);
    const auto scoped =
        call<v1::CreateApiKeyResponse>(buyer.secret(), "PartyService/CreateApiKey", create).value();
    EXPECT_EQ(try_call<v1::GetBalanceResponse>(scoped.secret(), "LedgerService/GetBalance",
                                               v1::GetBalanceRequest()),
              "");
    EXPECT_EQ(list_keys(scoped.secret()), "KEY_SCOPE_MISSING");
    create.clear_scopes();
    create.add_networks("10.0.0.0/8");
    const auto elsewhere =
        call<v1::CreateApiKeyResponse>(buyer.secret(), "PartyService/CreateApiKey", create).value();
    EXPECT_EQ(list_keys(elsewhere.secret()), "KEY_ELSEWHERE");
    create.add_networks("127.0.0.0/8");
    const auto here =
        call<v1::CreateApiKeyResponse>(buyer.secret(), "PartyService/CreateApiKey", create).value();
    EXPECT_EQ(list_keys(here.secret()), "");
    create.add_networks("127.0.0.1/8");
    EXPECT_EQ(
        try_call<v1::CreateApiKeyResponse>(buyer.secret(), "PartyService/CreateApiKey", create),
        "NETWORKS_INVALID");
}

TEST_F(IdentityTest, keys_rotate_with_an_overlap_and_show_when_they_were_used) {
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    v1::RotateApiKeyRequest rotate;
    rotate.set_key(buyer.key());
    rotate.set_overlap_seconds(600);
    const auto second =
        call<v1::RotateApiKeyResponse>(buyer.secret(), "PartyService/RotateApiKey", rotate).value();
    EXPECT_EQ(list_keys(buyer.secret()), "") << "the overlap";
    rotate.set_key(second.key());
    rotate.set_overlap_seconds(0);
    const auto third =
        call<v1::RotateApiKeyResponse>(second.secret(), "PartyService/RotateApiKey", rotate)
            .value();
    EXPECT_EQ(list_keys(second.secret()), "KEY_EXPIRED");
    EXPECT_EQ(list_keys(third.secret()), "");
    expect_soon([&] {
        const auto listed = call<v1::ListApiKeysResponse>(
            third.secret(), "PartyService/ListApiKeys", v1::ListApiKeysRequest());
        return listed.value().keys().rbegin()->last_used_at_ns() > 0;
    });
}

}  // namespace
}  // namespace penstock::shell
