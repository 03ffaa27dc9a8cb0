#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <set>

#include "core/party/user.h"
#include "crypto/bytes.h"
#include "crypto/one_time_code.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "shell/api/secrets.h"
#include "shell/server/server_fixture.h"

namespace penstock::shell {
namespace {

constexpr const char* kPassword = "kettle-orbit-94-violin";
constexpr const char* kEmail = "wang.fang@example.test";
constexpr const char* kName = "王芳 of the ninth floor";

std::string decode_base32(const std::string& text) {
    return std::string(crypto::text_of(crypto::parse_base32(text).value()));
}

/// The step of thirty seconds that authenticators count.
std::uint64_t step_now() {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return static_cast<std::uint64_t>(now.count() / 30);
}

/// The code that oathtool shows in that step.
std::string code_of(const std::string& secret, std::uint64_t step) {
    return crypto::one_time_code(crypto::bytes_of(decode_base32(secret)), step);
}

/// Why it was refused; empty when it was not.
std::string refusal(const auto& outcome) {
    return outcome ? "" : outcome.error().reason;
}

/// A browser: keeps cookies, and sends JSON.
class Browser {
  public:
    explicit Browser(const std::string& url)
        : http_(transport::HttpClient::create({.base_url = url}).value()) {}

    transport::HttpResponse send(const char* verb, const std::string& path,
                                 const std::string& body = {}) {
        transport::Headers headers;
        if (!body.empty()) headers.add("Content-Type", "application/json");
        std::string cookies;
        for (const auto& [name, value] : cookies_)
            cookies.append(cookies.empty() ? "" : "; ").append(name).append("=").append(value);
        if (!cookies.empty()) headers.add("Cookie", cookies);
        if (!csrf_.empty()) headers.add("X-CSRF-Token", csrf_);
        headers.add("Idempotency-Key", "browser request " + std::to_string(++sent_) + tag_);
        auto answer =
            http_.request({.verb = verb, .target = path, .headers = headers, .body = body});
        for (std::size_t i = 0; i < answer.value().headers.size(); ++i) {
            if (!transport::equal_ignoring_case(answer.value().headers.name_at(i), "set-cookie"))
                continue;
            const std::string line(answer.value().headers.value_at(i));
            set_cookies_.push_back(line);
            const std::string pair = line.substr(0, line.find(';'));
            const std::size_t equals = pair.find('=');
            cookies_[pair.substr(0, equals)] = pair.substr(equals + 1);
            if (line.find("Max-Age=0") != std::string::npos) cookies_.erase(pair.substr(0, equals));
        }
        return *std::move(answer);
    }
    transport::HttpResponse sign_in(const std::string& email, const std::string& password) {
        auto answer = send("POST", "/v1/sign-in",
                           R"({"email":")" + email + R"(","password":")" + password + "\"}");
        const std::string mark = "\"csrfToken\":\"";
        const std::size_t at = answer.body.find(mark);
        if (at != std::string::npos) csrf_ = answer.body.substr(at + mark.size(), 64);
        return answer;
    }

    std::map<std::string, std::string> cookies_;
    std::vector<std::string> set_cookies_;
    std::string csrf_;

  private:
    transport::HttpClient http_;
    int sent_ = 0;
    const std::string tag_ = " of " + std::to_string(reinterpret_cast<std::uintptr_t>(this));
};

class IdentityTest : public ServerFixture {
  protected:
    IdentityTest() { start(); }

    template <class Response, class Request>
    transport::RemoteResult<Response> call(const std::string& key, const char* method,
                                           const Request& request) {
        return client(key).call<Response>(method, request);
    }
    std::string invite(const std::string& key, const std::string& email,
                       std::initializer_list<v1::UserRole> roles) {
        v1::AddUserRequest request;
        request.set_email(email);
        request.set_name(kName);
        for (const v1::UserRole role : roles) request.add_roles(role);
        auto added = call<v1::AddUserResponse>(key, "IdentityService/AddUser", request);
        EXPECT_TRUE(added) << (added ? "" : added.error().message);
        user_ = added.value().user();
        return added.value().invitation();
    }
    std::string accept(const std::string& invitation, const std::string& password = kPassword) {
        v1::AcceptInvitationRequest request;
        request.set_invitation(invitation);
        request.set_password(password);
        const auto done =
            call<v1::AcceptInvitationResponse>("", "IdentityService/AcceptInvitation", request);
        return done ? "" : done.error().reason;
    }
    transport::RemoteResult<v1::SignInResponse> sign_in(const std::string& email,
                                                        const std::string& password = kPassword,
                                                        const std::string& code = {}) {
        v1::SignInRequest request;
        request.set_email(email);
        request.set_password(password);
        request.set_code(code);
        request.set_bearer(true);
        return call<v1::SignInResponse>("", "IdentityService/SignIn", request);
    }
    /// The token of a user of a new buyer's.
    std::string user_token(std::initializer_list<v1::UserRole> roles) {
        buyer_ = sign_up("Buyer", v1::ROLE_BUYER).value();
        EXPECT_EQ(accept(invite(buyer_.secret(), kEmail, roles)), "");
        return sign_in(kEmail).value().token();
    }
    /// Sets a second factor up, and returns its secret.
    std::string set_factor(const std::string& token) {
        const auto begun = call<v1::BeginSecondFactorResponse>(
            token, "IdentityService/BeginSecondFactor", v1::BeginSecondFactorRequest());
        v1::ConfirmSecondFactorRequest confirm;
        factor_step_ = step_now();
        confirm.set_code(code_of(begun.value().secret(), factor_step_));
        recovery_ = call<v1::ConfirmSecondFactorResponse>(
                        token, "IdentityService/ConfirmSecondFactor", confirm)
                        .value();
        return begun.value().secret();
    }
    std::string list_keys(const std::string& token) {
        const auto listed = call<v1::ListApiKeysResponse>(token, "PartyService/ListApiKeys",
                                                          v1::ListApiKeysRequest());
        return listed ? "" : listed.error().reason;
    }
    template <class Response, class Request>
    std::string try_call(const std::string& key, const char* method, const Request& request) {
        const auto done = call<Response>(key, method, request);
        return done ? "" : done.error().reason;
    }
    /// Every file of the server in one text, but for the keys.
    std::string on_disk() const {
        std::string all;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.data)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(stream), {});
        }
        return all;
    }

    v1::RegisterPartyResponse buyer_;
    v1::ConfirmSecondFactorResponse recovery_;
    std::uint64_t factor_step_ = 0;  ///< In which the second factor was set.
    std::string user_;
};

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

TEST_F(IdentityTest, keeps_no_reference_by_which_a_password_can_be_guessed) {
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

TEST_F(IdentityTest, takes_no_other_password_under_a_key_that_was_used) {
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

TEST_F(IdentityTest, takes_no_other_person_under_a_key_that_was_used) {
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
