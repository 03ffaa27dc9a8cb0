// Credentials that were stolen, are sent again, or are used as what they are not.
#include <gtest/gtest.h>

#include <map>

#include "hostile.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/ledger.pb.h"

namespace penstock::hostile {
namespace {

constexpr const char* kPassword = "kettle-orbit-94-violin";

class Credentials : public HostileTest {
  protected:
    /// What a browser has after sign-in.
    struct Tab {
        std::string cookie;
        std::string csrf;
    };

    /// Signs a new user of a party in, for a browser.
    Tab sign_in(const std::string& manager_key, const std::string& email) {
        v1::AddUserRequest add;
        add.set_email(email);
        add.set_name("A Person");
        add.add_roles(v1::USER_ADMINISTRATOR);
        const auto added =
            client(manager_key).call<v1::AddUserResponse>("IdentityService/AddUser", add).value();
        v1::AcceptInvitationRequest accept;
        accept.set_invitation(added.invitation());
        accept.set_password(kPassword);
        EXPECT_TRUE(client().call<v1::AcceptInvitationResponse>("IdentityService/AcceptInvitation",
                                                                accept));
        const auto answer = post(
            "/v1/sign-in", R"({"email":")" + email + R"(","password":")" + kPassword + "\"}", {});
        EXPECT_EQ(answer.status, 200u) << answer.body;
        Tab tab;
        for (std::size_t i = 0; i < answer.headers.size(); ++i) {
            const std::string value(answer.headers.value_at(i));
            if (transport::equal_ignoring_case(answer.headers.name_at(i), "set-cookie") &&
                value.starts_with("penstock_session="))
                tab.cookie = value.substr(0, value.find(';'));
        }
        const std::string mark = "\"csrfToken\":\"";
        tab.csrf = answer.body.substr(answer.body.find(mark) + mark.size(), 64);
        return tab;
    }
    transport::HttpResponse post(const std::string& path, const std::string& body,
                                 const std::map<std::string, std::string>& headers) {
        transport::Headers all;
        all.add("Content-Type", "application/json");
        all.add("Idempotency-Key", "hostile request number " + std::to_string(++number_));
        for (const auto& [name, value] : headers) all.add(name, value);
        auto http = transport::HttpClient::create({.base_url = url()}).value();
        return http.request({.verb = "POST", .target = path, .headers = all, .body = body}).value();
    }
    transport::HttpResponse get(const std::string& path, const std::string& authorization,
                                const std::string& cookie = {}) {
        transport::Headers headers;
        if (!authorization.empty()) headers.add("Authorization", authorization);
        if (!cookie.empty()) headers.add("Cookie", cookie);
        auto http = transport::HttpClient::create({.base_url = url()}).value();
        return http.request({.verb = "GET", .target = path, .headers = headers}).value();
    }
    /// An agent's call, signed at another time, or for another request than it is sent with.
    std::string signature(const std::string& agent, const format::SignedRequest& request,
                          std::int64_t later_ms = 0) {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
        return format::sign_request(agent, ms + later_ms, request, agent_key_);
    }

  private:
    int number_ = 0;
};

TEST_F(Credentials, a_stolen_cookie_changes_nothing_without_its_own_csrf_token) {
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const Tab victim = sign_in(buyer.secret(), "victim@example.test");
    const Tab thief = sign_in(buyer.secret(), "thief@example.test");
    ASSERT_NE(victim.csrf, thief.csrf);
    const std::string body = R"({"label":"made"})";
    for (const std::string& csrf : {thief.csrf, std::string(), std::string(64, '0')}) {
        const auto answer =
            post("/v1/keys", body, {{"Cookie", victim.cookie}, {"X-CSRF-Token", csrf}});
        EXPECT_EQ(answer.status, 403u) << answer.body;
        EXPECT_NE(answer.body.find("CSRF_TOKEN_MISSING"), std::string::npos) << answer.body;
    }
    // Two cookies: nobody knows whose.
    EXPECT_NE(post("/v1/keys", body,
                   {{"Cookie", thief.cookie + "; " + victim.cookie}, {"X-CSRF-Token", thief.csrf}})
                  .status,
              200u);
    EXPECT_EQ(
        post("/v1/keys", body, {{"Cookie", victim.cookie}, {"X-CSRF-Token", victim.csrf}}).status,
        200u);
}

TEST_F(Credentials, a_cookie_taken_before_sign_out_opens_nothing_after_it) {
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const Tab tab = sign_in(buyer.secret(), "victim@example.test");
    EXPECT_EQ(get("/v1/session", {}, tab.cookie).status, 200u);
    EXPECT_EQ(
        post("/v1/sign-out", "{}", {{"Cookie", tab.cookie}, {"X-CSRF-Token", tab.csrf}}).status,
        200u);
    EXPECT_EQ(get("/v1/session", {}, tab.cookie).status, 401u);
    EXPECT_NE(post("/v1/keys", R"({"label":"made"})",
                   {{"Cookie", tab.cookie}, {"X-CSRF-Token", tab.csrf}})
                  .status,
              200u);
}

TEST_F(Credentials, an_overheard_request_of_an_agent_is_good_for_itself_alone) {
    start();
    const std::string agent = enrol_agent();
    const std::string path = "/penstock.v1.TaskService/PullWork";
    const std::string body = R"({"agent":")" + agent + "\"}";
    const std::string other_body = R"({"agent":")" + agent + R"(","knownVersion":"1"})";
    const auto send = [&](const std::string& to, const std::string& text, const std::string& with) {
        return post(to, text, {{"Authorization", with}});
    };
    const std::string good = signature(agent, {"POST", path, body});
    EXPECT_EQ(send(path, body, good).status, 200u);
    EXPECT_EQ(send(path, body, good).status, 200u);  // A question, asked again.
    EXPECT_EQ(send(path, other_body, good).status, 401u);
    EXPECT_EQ(send("/penstock.v1.PartyService/GetAgent", body, good).status, 401u);
    EXPECT_EQ(send(path + "?x=1", body, good).status, 401u);
    // Beyond the bound of 60 s by as much as the slowest machine may take.
    for (const std::int64_t skew : {-120'000, 120'000}) {
        const auto late = send(path, body, signature(agent, {"POST", path, body}, skew));
        EXPECT_EQ(late.status, 401u);
        EXPECT_NE(late.body.find("CLOCK"), std::string::npos) << late.body;
    }
    EXPECT_EQ(send(path, body, signature("agent_77", {"POST", path, body})).status, 401u);
}

TEST_F(Credentials, a_command_that_is_sent_again_is_done_once) {
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    v1::CreateApiKeyRequest create;
    create.set_label("made");
    const auto make = [&] {
        return client(buyer.secret())
            .call<v1::CreateApiKeyResponse>("PartyService/CreateApiKey", create,
                                            {.idempotency_key = "overheard"})
            .value()
            .key();
    };
    const std::string first = make();
    const auto before = status().last_sequence();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(make(), first);
    // Another's key with the same text is another command.
    const auto other = sign_up("Other", v1::ROLE_BUYER).value();
    EXPECT_NE(client(other.secret())
                  .call<v1::CreateApiKeyResponse>("PartyService/CreateApiKey", create,
                                                  {.idempotency_key = "overheard"})
                  .value()
                  .key(),
              first);
    EXPECT_LE(status().last_sequence(), before + 6);
}

TEST_F(Credentials, one_kind_does_not_pass_for_another) {
    start();
    const std::string agent = enrol_agent();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const Tab tab = sign_in(buyer.secret(), "person@example.test");
    const std::string token = tab.cookie.substr(tab.cookie.find('=') + 1);
    const std::string secret = buyer.secret();
    const std::string bare = secret.substr(secret.find('_', 4) + 1);
    const std::string& mine = "/v1/parties/" + buyer.party();
    ASSERT_EQ(get(mine, "Bearer " + secret).status, 200u);
    const std::string public_key(reinterpret_cast<const char*>(agent_key_.public_key().data()), 32);
    const std::vector<std::pair<const char*, std::string>> rows{
        {"a cookie's token as bearer", "Bearer " + token},
        {"a CSRF token", "Bearer " + tab.csrf},
        {"a session's number with a key's secret", "Bearer pss_1_" + bare},
        {"a key's number with a session's secret", "Bearer psk_1_" + token},
        {"a key without its number", "Bearer " + bare},
        {"another key's number", "Bearer psk_1_" + bare},
        {"a key in other letters", "bearer " + secret},
        {"a key as Basic", "Basic " + secret},
        {"a key as an agent", "Penstock-Agent " + secret},
        {"an agent's id as a key", "Bearer " + agent},
        {"an agent's signature as a key",
         "Bearer " + signature(agent, {"GET", mine, ""}).substr(15)},
        {"an agent's name and a key", "Penstock-Agent " + agent + ".1." + bare},
        {"two keys", "Bearer " + secret + ", Bearer " + secret},
        {"a key with what follows", "Bearer " + secret + " "},
        {"nothing", "Bearer "},
    };
    for (const auto& [what, authorization] : rows) {
        const auto answer = get(mine, authorization);
        // Blanks at a header's end are no part of it.
        if (std::string_view(what) == "a key with what follows") {
            EXPECT_EQ(answer.status, 200u);
            continue;
        }
        EXPECT_EQ(answer.status, 401u) << what << "\n" << answer.body;
        EXPECT_NE(answer.body.find("\"unauthenticated\""), std::string::npos) << what;
    }
    // In the place of a cookie.
    for (const std::string& value : {secret, bare, tab.csrf, std::string("pss_1_") + bare})
        EXPECT_EQ(get(mine, {}, "penstock_session=" + value).status, 401u) << value;
}

TEST_F(Credentials, of_the_operator_or_an_agent_are_not_those_of_a_party) {
    start();
    const std::string agent = enrol_agent();
    v1::RequestTopUpRequest top_up;
    top_up.mutable_amount()->set_micros(1'000'000);
    top_up.mutable_amount()->set_currency("CNY");
    const auto code = [&](transport::RpcClient caller) {
        return caller.call<v1::RequestTopUpResponse>("LedgerService/RequestTopUp", top_up)
            .error()
            .code;
    };
    EXPECT_EQ(code(client(operator_key())), Code::permission_denied);
    EXPECT_EQ(code(agent_client(agent)), Code::permission_denied);
    EXPECT_EQ(code(client()), Code::unauthenticated);
    // And a file's upload that was signed for another file.
    const std::string path = "/artifacts/sha256/" + std::string(64, 'a');
    const std::string other = "/artifacts/sha256/" + std::string(64, 'b');
    EXPECT_EQ(get(other, signature(agent, {"GET", path, ""})).status, 401u);
    EXPECT_EQ(get(path, signature(agent, {"GET", path, ""})).status, 404u);
}

}  // namespace
}  // namespace penstock::hostile
