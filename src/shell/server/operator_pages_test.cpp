// What servers show their operator's machines.
#include "shell/server/operator_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "shell/server/error.h"
#include "shell/server/server_fixture.h"

namespace penstock::shell {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class OperatorPagesTest : public ServerFixture {
  protected:
    static transport::HttpResponse get(const Server& server, std::string_view path,
                                       std::string_view token = {}) {
        auto client = transport::HttpClient::create(
                          {.base_url = "http://127.0.0.1:" + std::to_string(server.port())})
                          .value();
        transport::HttpCall call{.target = path};
        if (!token.empty()) call.headers.add("Authorization", "Bearer " + std::string(token));
        return client.request(call).value();
    }
    void write_token(const std::string& text) {
        options_.metrics_token_file = folder_ / "token";
        std::ofstream(options_.metrics_token_file) << text;
    }
};

TEST_F(OperatorPagesTest, takes_the_token_that_the_operator_gives) {
    write_token("a-token-of-the-operator\n");
    start();
    EXPECT_EQ(get(*server_, "/metrics", "a-token-of-the-operator").status, 200u);
    EXPECT_EQ(get(*server_, "/metrics", "a-token-of-the-operato").status, 401u);
    EXPECT_EQ(get(*server_, "/metrics", "a-token-of-the-operator2").status, 401u);
    EXPECT_EQ(get(*server_, "/metrics").status, 401u);
}

TEST_F(OperatorPagesTest, refuses_a_token_that_is_guessed_or_cannot_be_sent) {
    for (const std::string& text : {std::string(), std::string("short"), std::string(257, 'x'),
                                    std::string("two words and more of them"),
                                    std::string("two lines of a text\nand more")}) {
        write_token(text);
        const auto started = Server::start(options_);
        ASSERT_FALSE(started);
        EXPECT_EQ(started.error().number(), kMetricsTokenUnusable.number) << text;
    }
}

TEST_F(OperatorPagesTest, keeps_the_token_it_has_made) {
    start();
    const std::string token = read(options_.data / "metrics.token");
    start();
    EXPECT_EQ(get(*server_, "/metrics", token).status, 200u);
}

TEST_F(OperatorPagesTest, tells_of_each_of_two_servers_what_it_does) {
    options_.journal_url = postgres::PostgresInstance::shared().create_database();
    options_.secrets = folder_ / "secrets";
    options_.name = "north";
    start();
    ServerOptions other = options_;
    other.data = folder_ / "other";
    other.name = "south";
    const auto follower = Server::start(other).value();
    const std::string token = read(options_.secrets / "metrics.token");
    expect_soon([&] { return get(*server_, "/readyz").status == 200; });
    expect_soon([&] { return get(*follower, "/readyz").status == 200; });
    EXPECT_THAT(get(*server_, "/readyz").body, StartsWith(R"({"ready":true,"role":"leader")"));
    EXPECT_THAT(get(*follower, "/readyz").body, StartsWith(R"({"ready":true,"role":"follower")"));

    // A command at the one that follows: it is counted by both, under the method's name.
    auto http = transport::HttpClient::create(
                    {.base_url = "http://127.0.0.1:" + std::to_string(follower->port())})
                    .value();
    v1::RegisterPartyRequest request;
    request.set_name("Buyer");
    request.add_roles(v1::ROLE_BUYER);
    ASSERT_TRUE(transport::RpcClient(std::move(http))
                    .call<v1::RegisterPartyResponse>("PartyService/RegisterParty", request));
    const std::string counted =
        "penstock_http_requests_total{code=\"200\",method=\"PartyService/RegisterParty\"} 1\n";
    const std::string leads = get(*server_, "/metrics", token).body;
    EXPECT_THAT(leads, HasSubstr(counted));
    EXPECT_THAT(leads, HasSubstr("penstock_leads 1\n"));
    EXPECT_THAT(leads, HasSubstr("name=\"north\"} 1\n"));
    const std::string follows = get(*follower, "/metrics", token).body;
    EXPECT_THAT(follows, HasSubstr(counted));
    EXPECT_THAT(follows, HasSubstr("penstock_leads 0\n"));
    EXPECT_THAT(follows, HasSubstr("penstock_epoch 0\n"));
    EXPECT_THAT(follows, HasSubstr("penstock_ready{check=\"role\"} 1\n"));
    expect_soon([&] {
        return get(*follower, "/metrics", token).body.find("penstock_parties 2\n") !=
               std::string::npos;
    });
    follower->stop();
}

}  // namespace
}  // namespace penstock::shell
