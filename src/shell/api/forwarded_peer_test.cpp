#include "shell/api/forwarded_peer.h"

#include <gtest/gtest.h>

#include <functional>

namespace penstock::shell {
namespace {

using transport::HttpRequest;

constexpr Instant kNow{1'800'000'000'000'000'000};
constexpr const char* kPeer = "192.0.2.7:50310";

crypto::Sha256 key(std::uint8_t filling) {
    crypto::Sha256 bytes;
    bytes.fill(filling);
    return bytes;
}

HttpRequest request_with(std::string_view authorization, std::string body = "body") {
    HttpRequest request;
    request.verb = "POST";
    request.target = "/v1/orders?x=1";
    request.headers.add("Authorization", authorization);
    request.headers.add("Idempotency-Key", "one");
    request.body = std::move(body);
    request.peer = "10.0.0.2:1";
    return request;
}

HttpRequest vouched(const ForwardedPeer& servers, HttpRequest request = request_with("Bearer a")) {
    HttpRequest original = request_with(request.headers.value("authorization"), request.body);
    original.peer = kPeer;
    request.headers.add(ForwardedPeer::kHeader, servers.vouch(original, kNow));
    return request;
}

TEST(ForwardedPeer, is_believed_of_a_server_that_knows_the_secret) {
    const ForwardedPeer servers(key(1));
    const HttpRequest request = vouched(servers);
    EXPECT_EQ(servers.of_head(request, kNow), kPeer);
    EXPECT_EQ(servers.of(request, kNow), kPeer);
    EXPECT_EQ(servers.of(request, kNow + seconds(60)), kPeer);
    EXPECT_EQ(servers.of(request, kNow - seconds(60)), kPeer);
}

TEST(ForwardedPeer, is_not_believed_of_anybody_else) {
    const ForwardedPeer servers(key(1));
    EXPECT_FALSE(ForwardedPeer(key(2)).of(vouched(servers), kNow));
    EXPECT_FALSE(servers.of(request_with("Bearer a"), kNow));
    const std::string good(vouched(servers).headers.value(ForwardedPeer::kHeader));
    for (std::size_t i = 0; i < good.size(); ++i) {
        HttpRequest request = request_with("Bearer a");
        std::string bad = good;
        bad[i] = bad[i] == '0' ? '1' : '0';
        request.headers.add(ForwardedPeer::kHeader, bad);
        ASSERT_FALSE(servers.of_head(request, kNow)) << i;
        HttpRequest cut = request_with("Bearer a");
        cut.headers.add(ForwardedPeer::kHeader, good.substr(0, i));
        ASSERT_FALSE(servers.of_head(cut, kNow)) << i;
    }
}

TEST(ForwardedPeer, holds_for_the_request_that_was_passed_on_and_for_a_minute) {
    const ForwardedPeer servers(key(1));
    EXPECT_FALSE(servers.of(vouched(servers), kNow + milliseconds(60'001)));
    EXPECT_FALSE(servers.of(vouched(servers), kNow - milliseconds(60'001)));
    const auto changed = [&](const std::function<void(HttpRequest&)>& change) {
        HttpRequest request = vouched(servers);
        change(request);
        return servers.of(request, kNow).has_value();
    };
    EXPECT_TRUE(changed([](HttpRequest&) {}));
    EXPECT_FALSE(changed([](HttpRequest& request) { request.verb = "PUT"; }));
    EXPECT_FALSE(changed([](HttpRequest& request) { request.target += "2"; }));
    EXPECT_FALSE(changed([](HttpRequest& request) { request.body += "2"; }));
    EXPECT_FALSE(changed([](HttpRequest& request) { request.headers.add("Cookie", "c"); }));
    for (const char* other : {"Bearer b", ""}) {
        HttpRequest request = request_with(other);
        request.headers.add(ForwardedPeer::kHeader,
                            vouched(servers).headers.value(ForwardedPeer::kHeader));
        EXPECT_FALSE(servers.of(request, kNow)) << other;
    }
}

}  // namespace
}  // namespace penstock::shell
