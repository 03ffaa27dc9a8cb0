// A client that was given several servers of one exchange.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "transport/http/client.h"
#include "transport/http/error.h"
#include "transport/http/server.h"

namespace penstock::transport {
namespace {

/// Answers with its name, or with 503 when it is told to.
class Named final : public HttpHandler {
  public:
    explicit Named(std::string name) : name_(std::move(name)) {
        server = HttpServer::start({}, *this).value();
        url = "http://127.0.0.1:" + std::to_string(server->port());
    }
    ~Named() override { server.reset(); }
    void handle(HttpRequest, Responder responder) override {
        HttpResponse response;
        response.status = is_away ? 503 : 200;
        response.body = name_;
        responder.send(std::move(response));
    }

    std::atomic<bool> is_away = false;
    std::string url;
    std::unique_ptr<HttpServer> server;

  private:
    const std::string name_;
};

TEST(SeveralServers, asks_the_next_after_one_that_is_unavailable) {
    Named one("one");
    Named two("two");
    HttpClient client = HttpClient::create({.base_url = one.url + "," + two.url}).value();
    EXPECT_EQ(client.request({}).value().body, "one");
    one.is_away = true;
    EXPECT_EQ(client.request({}).value().status, 503u);
    EXPECT_EQ(client.request({}).value().body, "two");
    EXPECT_EQ(client.request({}).value().body, "two");
    two.is_away = true;
    one.is_away = false;
    EXPECT_EQ(client.request({}).value().status, 503u);
    EXPECT_EQ(client.request({}).value().body, "one");
}

TEST(SeveralServers, asks_the_next_at_once_when_nobody_is_there) {
    Named one("one");
    Named two("two");
    HttpClient client = HttpClient::create({.base_url = one.url + "," + two.url}).value();
    one.server->stop(std::chrono::milliseconds(0));
    EXPECT_EQ(client.request({}).value().body, "two");
    two.server->stop(std::chrono::milliseconds(0));
    EXPECT_FALSE(client.request({}));
    EXPECT_EQ(client.request({}).error().number(), kHttpConnectFailed.number);
}

TEST(SeveralServers, refuses_a_list_with_a_bad_address) {
    for (const char* list : {"", ",", "http://a:1,", "http://a:1,b", "http://a:1,,http://b:2"})
        EXPECT_EQ(HttpClient::create({.base_url = list}).error().number(), kHttpBadUrl.number)
            << list;
}

}  // namespace
}  // namespace penstock::transport
