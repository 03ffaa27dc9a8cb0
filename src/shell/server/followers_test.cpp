// Two servers on one journal: what the one that follows passes on.
#include <gtest/gtest.h>

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "shell/server/server_fixture.h"
#include "transport/http/test_support.h"

namespace penstock::shell {
namespace {

class FollowersTest : public ServerFixture {
  protected:
    FollowersTest() {
        options_.journal_url = postgres::PostgresInstance::shared().create_database();
        options_.secrets = folder_ / "secrets";
        options_.name = "leader";
    }
    ~FollowersTest() override { follower_.reset(); }

    void start_both() {
        start();
        ServerOptions other = options_;
        other.data = folder_ / "other";
        other.name = "follower";
        auto started = Server::start(other);
        ASSERT_TRUE(started) << started.error().message();
        follower_ = *std::move(started);
    }
    /// A key of a new party that counts from one network only.
    std::string key_of(const std::string& network) {
        const auto buyer = sign_up("Buyer of " + network, v1::ROLE_BUYER).value();
        v1::CreateApiKeyRequest create;
        create.set_label("networks");
        create.add_networks(network);
        return client(buyer.secret())
            .call<v1::CreateApiKeyResponse>("PartyService/CreateApiKey", create)
            .value()
            .secret();
    }
    /// Sends a command. @return All of the answer.
    static std::string command(std::uint16_t port, const char* from, const std::string& key,
                               const std::string& headers = {}) {
        static int number = 0;
        const std::string body = R"({"label":"made"})";
        transport::RawClient raw(port, from);
        EXPECT_TRUE(
            raw.send("POST /penstock.v1.PartyService/CreateApiKey HTTP/1.1\r\nHost: a\r\n"
                     "Connection: close\r\nContent-Type: application/json\r\n" +
                     headers + "Authorization: Bearer " + key +
                     "\r\nIdempotency-Key: " + std::to_string(++number) +
                     "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
        return raw.read_to_end();
    }
    static bool is_done(const std::string& answer) { return answer.starts_with("HTTP/1.1 200 "); }
    static bool has(const std::string& answer, std::string_view reason) {
        return answer.find(reason) != std::string::npos;
    }

    std::unique_ptr<Server> follower_;
};

TEST_F(FollowersTest, keys_keep_to_their_networks_through_a_server_that_follows) {
    start_both();
    const std::string key = key_of("127.0.0.2/32");
    for (const std::uint16_t port : {server_->port(), follower_->port()}) {
        const std::string there = command(port, "127.0.0.2", key);
        EXPECT_TRUE(is_done(there)) << there;
        const std::string elsewhere = command(port, "127.0.0.3", key);
        EXPECT_TRUE(has(elsewhere, "KEY_ELSEWHERE")) << elsewhere;
    }
}

TEST_F(FollowersTest, what_was_done_through_a_server_that_follows_is_seen_there_at_once) {
    start_both();
    const auto ask = [&](const std::string& secret) {
        return transport::RpcClient(
            transport::HttpClient::create(
                {.base_url = "http://127.0.0.1:" + std::to_string(follower_->port())})
                .value(),
            [secret](std::string_view, std::string_view, std::string_view) {
                return secret.empty() ? std::string() : "Bearer " + secret;
            });
    };
    transport::RpcClient nobody = ask("");
    for (int i = 0; i < 20; ++i) {
        v1::RegisterPartyRequest request;
        request.set_name("Buyer " + std::to_string(i));
        request.add_roles(v1::ROLE_BUYER);
        const auto made =
            nobody.call<v1::RegisterPartyResponse>("PartyService/RegisterParty", request);
        ASSERT_TRUE(made) << made.error().message;
        v1::GetPartyRequest get;
        get.set_party(made->party());
        const auto seen = ask(made->secret()).call<v1::Party>("PartyService/GetParty", get);
        ASSERT_TRUE(seen) << seen.error().message;
    }
}

TEST_F(FollowersTest, nobody_can_say_that_a_request_was_passed_on_for_another) {
    start_both();
    const std::string key = key_of("192.0.2.0/24");
    const std::string hash = crypto::hex(crypto::sha256(R"({"label":"made"})"));
    for (const std::string& forged :
         {std::string("1"), std::string("192.0.2.7:1"),
          "192.0.2.7:1 " + std::to_string(::time(nullptr)) + "000 " + hash + " " + hash}) {
        const std::string header = "Penstock-Forwarded: " + forged + "\r\n";
        const std::string answer = command(server_->port(), "127.0.0.1", key, header);
        EXPECT_TRUE(has(answer, "KEY_ELSEWHERE")) << answer;
        // What claims to have been passed on already is not passed on once more.
        const std::string other = command(follower_->port(), "127.0.0.1", key, header);
        EXPECT_TRUE(has(other, "NOT_LEADING")) << other;
    }
    for (const char* header : {"X-Forwarded-For: 192.0.2.7\r\n", "Forwarded: for=192.0.2.7\r\n"})
        EXPECT_TRUE(has(command(server_->port(), "127.0.0.1", key, header), "KEY_ELSEWHERE"));
}

TEST_F(FollowersTest, limits_of_addresses_reach_through_a_server_that_follows) {
    options_.limits[limits::index_of(limits::Limit::sign_in)] = {.tokens_per_minute = 1,
                                                                 .burst = 2};
    start_both();
    const auto sign_in = [&](const char* from) {
        const std::string body = R"({"email":"nobody@example.org","password":"nobody's"})";
        transport::RawClient raw(follower_->port(), from);
        EXPECT_TRUE(
            raw.send("POST /penstock.v1.IdentityService/SignIn HTTP/1.1\r\nHost: a\r\n"
                     "Connection: close\r\nContent-Type: application/json\r\n"
                     "Idempotency-Key: 0123456789abcdef\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n" + body));
        return raw.read_to_end();
    };
    EXPECT_TRUE(has(sign_in("127.0.0.2"), "SIGN_IN_FAILED"));
    EXPECT_TRUE(has(sign_in("127.0.0.2"), "SIGN_IN_FAILED"));
    const std::string refused = sign_in("127.0.0.2");
    EXPECT_TRUE(has(refused, "LIMIT_SIGN_IN")) << refused;
    EXPECT_TRUE(has(refused, "Retry-After: ")) << refused;
    EXPECT_TRUE(has(sign_in("127.0.0.3"), "SIGN_IN_FAILED"));
}

}  // namespace
}  // namespace penstock::shell
