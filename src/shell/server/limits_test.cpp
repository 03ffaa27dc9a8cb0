// How often who may ask, seen from outside.
#include "shell/limits/limits.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "log/output.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/identity.pb.h"
#include "shell/server/server_fixture.h"
#include "transport/connect/error_body.h"
#include "transport/http/test_support.h"

namespace penstock::shell {
namespace {

using limits::Limit;

class LimitsTest : public ServerFixture {
  protected:
    /// So much at once, and nothing more within the time of a test.
    void allow(Limit limit, std::int64_t burst) {
        options_.limits[limits::index_of(limit)] = {.tokens_per_minute = 1, .burst = burst};
    }
    transport::HttpResponse get(const std::string& target, const std::string& key = {}) {
        transport::Headers headers;
        if (!key.empty()) headers.add("Authorization", "Bearer " + key);
        auto http = transport::HttpClient::create({.base_url = url()}).value();
        return http.request({.verb = "GET", .target = target, .headers = headers}).value();
    }
    /// How many of the same calls are answered before one is refused.
    template <class Ask>
    int count(Ask ask) {
        int good = 0;
        while (good < 100 && ask()) ++good;
        return good;
    }
};

TEST_F(LimitsTest, refuse_with_the_name_of_the_limit_and_when_to_come_again) {
    allow(Limit::key, 5);
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const auto other = sign_up("Other", v1::ROLE_BUYER).value();
    const std::string target = "/v1/parties/" + buyer.party();
    EXPECT_EQ(count([&] { return get(target, buyer.secret()).status == 200; }), 5);
    const auto refused = get(target, buyer.secret());
    EXPECT_EQ(refused.status, 429u);
    EXPECT_NE(refused.body.find("\"LIMIT_KEY\""), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("\"resource_exhausted\""), std::string::npos);
    const auto seconds = transport::retry_after(refused.headers);
    EXPECT_GT(seconds.count(), 0);
    EXPECT_LE(seconds.count(), 60);
    const auto error = get_party(buyer.party(), buyer.secret()).error();
    EXPECT_EQ(error.code, Code::resource_exhausted);
    EXPECT_EQ(error.reason, "LIMIT_KEY");
    EXPECT_GT(error.retry_after.count(), 0);
    EXPECT_TRUE(get_party(other.party(), other.secret()));
}

TEST_F(LimitsTest, are_logged_with_who_met_them) {
    allow(Limit::key, 1);
    std::ostringstream text;
    std::string party;
    {
        const log::Output output({.format = log::Format::json, .into = &text});
        start();
        const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
        party = buyer.party();
        ASSERT_TRUE(get_party(party, buyer.secret()));
        EXPECT_EQ(get_party(party, buyer.secret()).error().reason, "LIMIT_KEY");
        server_->stop();
        server_.reset();
    }
    std::istringstream lines(text.str());
    std::string refused;
    for (std::string line; std::getline(lines, line);)
        if (line.find("\"reason\":\"LIMIT_KEY\"") != std::string::npos) refused = line;
    EXPECT_NE(refused.find("\"caller\":\"" + party + "/key_"), std::string::npos) << text.str();
}

TEST_F(LimitsTest, say_so_in_a_stream_too) {
    allow(Limit::party, 1);
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    ASSERT_TRUE(get_party(buyer.party(), buyer.secret()));
    v1::WatchWorkloadRequest watch;
    watch.set_workload("wkl_1");
    const auto watched =
        client(buyer.secret())
            .stream<v1::GetWorkloadResponse>("TaskService/WatchWorkload", watch,
                                             [](const v1::GetWorkloadResponse&) { return true; });
    ASSERT_FALSE(watched);
    EXPECT_EQ(watched.error().reason, "LIMIT_PARTY");
    EXPECT_GT(watched.error().retry_after.count(), 0);
}

TEST_F(LimitsTest, leave_other_methods_to_a_party_that_repeats_one) {
    allow(Limit::route, 3);
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    EXPECT_EQ(count([&] { return get_party(buyer.party(), buyer.secret()).has_value(); }), 3);
    EXPECT_EQ(get_party(buyer.party(), buyer.secret()).error().reason, "LIMIT_ROUTE");
    EXPECT_EQ(get("/v1/contracts", buyer.secret()).status, 200u);
}

TEST_F(LimitsTest, weigh_lists_by_the_page_that_is_asked_for) {
    allow(Limit::party, 23);
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const auto list = [&](const char* size) {
        return get(std::string("/v1/contracts?page.size=") + size, buyer.secret()).status == 200;
    };
    EXPECT_TRUE(list("500"));
    EXPECT_TRUE(list("500"));
    EXPECT_FALSE(list("500"));
    EXPECT_TRUE(list("10"));
    EXPECT_FALSE(list("10"));
}

TEST_F(LimitsTest, weigh_a_page_that_is_refused_as_the_largest) {
    allow(Limit::party, 23);
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const auto list = [&](const char* size) {
        return get(std::string("/v1/contracts?page.size=") + size, buyer.secret()).status;
    };
    EXPECT_EQ(list("4294967295"), 400u);
    EXPECT_EQ(list("4294967295"), 400u);
    EXPECT_EQ(list("4294967295"), 429u);
    EXPECT_EQ(list("10"), 200u);
}

TEST_F(LimitsTest, refuse_an_address_before_the_body_is_sent) {
    allow(Limit::address, 3);
    start();
    EXPECT_EQ(count([&] { return get("/healthz").status == 200; }), 3);
    transport::RawClient raw(server_->port());
    ASSERT_TRUE(
        raw.send("POST /v1/parties HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n"));
    const std::string answer = raw.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 429 Too Many Requests\r\n")) << answer;
    EXPECT_NE(answer.find("LIMIT_ADDRESS"), std::string::npos);
    const auto trace = answer.find("\r\ntraceparent: 00-");
    ASSERT_NE(trace, std::string::npos);
    EXPECT_NE(answer.find("\"traceId\":\"" + answer.substr(trace + 18, 32)), std::string::npos)
        << answer;
    EXPECT_NE(answer.find("\r\nRetry-After: "), std::string::npos);
    // Another address is another's.
    transport::RawClient other(server_->port(), "127.0.0.2");
    ASSERT_TRUE(other.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    EXPECT_TRUE(other.read_to_end().starts_with("HTTP/1.1 200 "));
}

TEST_F(LimitsTest, leave_a_hasty_connection_unread_for_a_while) {
    allow(Limit::address, 1);
    start();
    transport::RawClient raw(server_->port());
    const std::string ask = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(raw.send(ask + ask + ask));
    const std::string answers = raw.read_until(
        [](const std::string& text) { return transport::count_of(text, "HTTP/1.1 429 ") == 2; });
    EXPECT_EQ(transport::count_of(answers, "HTTP/1.1 200 "), 1u);
    EXPECT_EQ(transport::count_of(answers, "HTTP/1.1 429 "), 2u);
    // Between the two: one rest, but for how finely time is looked at.
    EXPECT_GE(std::chrono::steady_clock::now() - begun,
              transport::kRestOfTheHasty - std::chrono::milliseconds(300));
    server_->stop();  // In the second rest.
    server_.reset();
}

TEST_F(LimitsTest, make_guesses_of_keys_dear) {
    options_.limits[limits::index_of(Limit::address)] = {.tokens_per_minute = 1, .burst = 100};
    start();
    int guesses = 0;
    for (int i = 0; i < 100 && get("/v1/contracts", "psk_1_guess").status == 401; ++i) ++guesses;
    EXPECT_EQ(guesses, 5);
}

TEST_F(LimitsTest, count_sign_ins_and_sign_ups_by_address) {
    allow(Limit::sign_in, 4);
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();  // Costs two.
    v1::SignInRequest request;
    request.set_email("nobody@example.org");
    request.set_password("a password of nobody");
    const auto sign_in = [&](const std::string& key) {
        return client(key)
            .call<v1::SignInResponse>("IdentityService/SignIn", request)
            .error()
            .reason;
    };
    EXPECT_EQ(sign_in({}), "SIGN_IN_FAILED");
    EXPECT_EQ(sign_in(buyer.secret()), "SIGN_IN_FAILED");
    EXPECT_EQ(sign_in({}), "LIMIT_SIGN_IN");
    EXPECT_EQ(sign_in(buyer.secret()), "LIMIT_SIGN_IN");
    EXPECT_TRUE(get_party(buyer.party(), buyer.secret()));
}

TEST_F(LimitsTest, count_sign_ins_by_a_provider_too) {
    allow(Limit::sign_in, 3);
    options_.public_url = "http://127.0.0.1";
    options_.oidc_file = folder_ / "providers.json";
    std::ofstream(options_.oidc_file)
        << R"({"providers":[{"name":"corp","issuer":"http://127.0.0.1:9","client_id":"penstock",)"
           R"("client_secret":"a secret"}]})";
    start();
    const auto ask = [&](const char* what) { return get(std::string("/oidc/") + what); };
    EXPECT_EQ(ask("start?provider=other").status, 404u);
    EXPECT_EQ(ask("callback?code=c&state=s").status, 401u);
    EXPECT_EQ(ask("start?provider=other").status, 404u);
    const auto refused = ask("callback?code=c&state=s");
    EXPECT_EQ(refused.status, 429u);
    EXPECT_NE(refused.body.find("LIMIT_SIGN_IN"), std::string::npos) << refused.body;
    EXPECT_GT(transport::retry_after(refused.headers).count(), 0);
    // Another address is another's.
    transport::RawClient other(server_->port(), "127.0.0.2");
    ASSERT_TRUE(
        other.send("GET /oidc/start?provider=other HTTP/1.1\r\nHost: a\r\n"
                   "Connection: close\r\n\r\n"));
    EXPECT_TRUE(other.read_to_end().starts_with("HTTP/1.1 404 "));
}

TEST_F(LimitsTest, let_an_agent_poll_whatever_else_it_and_its_party_do) {
    start();
    const std::string agent = enrol_agent();
    allow(Limit::key, 1);
    allow(Limit::party, 1);
    allow(Limit::route, 1);
    allow(Limit::poll, 3);
    start();
    v1::GetAgentRequest get;
    get.set_agent(agent);
    const auto look = [&] {
        return agent_client(agent).call<v1::Agent>("PartyService/GetAgent", get);
    };
    EXPECT_TRUE(look());
    EXPECT_EQ(look().error().reason, "LIMIT_KEY");
    EXPECT_EQ(count([&] { return pull(agent, 0, 0).has_value(); }), 3);
    EXPECT_EQ(pull(agent, 0, 0).error().reason, "LIMIT_POLL");
}

TEST_F(LimitsTest, count_files_too) {
    allow(Limit::route, 4);
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const std::string target = "/artifacts/sha256/" + std::string(64, 'a');
    const unsigned absent = options_.journal_url.empty() ? 404 : 421;
    EXPECT_EQ(count([&] { return get(target, buyer.secret()).status == absent; }), 2);
    const auto refused = get(target, buyer.secret());
    EXPECT_EQ(refused.status, 429u);
    EXPECT_GT(transport::retry_after(refused.headers).count(), 0);
}

}  // namespace
}  // namespace penstock::shell
