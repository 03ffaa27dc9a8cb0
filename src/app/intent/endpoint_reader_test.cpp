#include "app/intent/endpoint_reader.h"

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>

#include "advise/intent/yaml.h"
#include "transport/http/server.h"

namespace penstock::app {
namespace {

using transport::HttpHandler;
using transport::HttpRequest;
using transport::HttpResponse;
using transport::HttpServer;
using transport::Responder;

/// An endpoint that answers all alike.
class FakeEndpoint final : public HttpHandler {
  public:
    FakeEndpoint(unsigned status, std::string answer)
        : status_(status), answer_(std::move(answer)) {
        server_ = HttpServer::start({}, *this).value();
    }
    ~FakeEndpoint() override { server_.reset(); }

    void handle(HttpRequest request, Responder responder) override {
        {
            const std::lock_guard lock(mutex_);
            seen_ = std::move(request);
        }
        HttpResponse response;
        response.status = status_;
        response.body = answer_;
        responder.send(std::move(response));
    }
    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + "/v1/";
    }
    HttpRequest seen() {
        const std::lock_guard lock(mutex_);
        return std::move(seen_);
    }

  private:
    unsigned status_;
    std::string answer_;
    std::mutex mutex_;
    HttpRequest seen_;
    std::unique_ptr<HttpServer> server_;
};

std::string with_content(const std::string& escaped) {
    return R"({"choices":[{"message":{"role":"assistant","content":")" + escaped + R"("}}]})";
}

constexpr Instant kNow{1'772'413'200'000'000'000};

Result<v1::IntentReading> ask(FakeEndpoint& endpoint) {
    auto reader = EndpointReader::create({.url = endpoint.url(), .model = "m", .key = "k"});
    EXPECT_TRUE(reader.has_value());
    return reader->read("八张H100", kNow);
}

TEST(EndpointReader, takes_an_intent) {
    FakeEndpoint endpoint(200,
                          with_content(R"(```json\n{\"cards\": 8, \"chips\": [\"H100\"]}\n```)"));
    const auto reading = ask(endpoint);
    ASSERT_TRUE(reading.has_value()) << reading.error().message();
    EXPECT_EQ(intent::canonical_json(reading->intent()), R"({"cards":8,"chips":["h100"]})");
    EXPECT_EQ(reading->heard_size(), 2);
    EXPECT_EQ(reading->notes_size(), 1);
    const HttpRequest seen = endpoint.seen();
    EXPECT_EQ(seen.verb, "POST");
    EXPECT_EQ(seen.target, "/v1/chat/completions");
    EXPECT_EQ(seen.headers.value("Authorization"), "Bearer k");
    EXPECT_NE(seen.body.find("八张H100"), std::string::npos);
    EXPECT_NE(seen.body.find("unit_price"), std::string::npos);
}

TEST(EndpointReader, puts_the_answer_through_the_same_checks) {
    FakeEndpoint endpoint(
        200, with_content(R"({\"chip_origin\": \"domestic\", \"chips\": [\"h100\"]})"));
    const auto reading = ask(endpoint);
    ASSERT_TRUE(reading.has_value());
    EXPECT_EQ(reading->conflicts_size(), 1);
}

TEST(EndpointReader, refuses_what_is_no_intent) {
    for (const auto& [status, answer] : std::initializer_list<std::pair<unsigned, std::string>>{
             {500, with_content(R"({\"cards\": 8})")},
             {200, with_content(R"({\"cards\": \"eight\"})")},
             {200, with_content(R"({\"colour\": \"red\"})")},
             {200, with_content("I cannot help with that.")},
             {200, R"({"choices":[]})"},
             {200, R"({"choices":[{"message":"x"}]})"},
             {200, "not json"},
             {200, ""}}) {
        FakeEndpoint endpoint(status, answer);
        const auto reading = ask(endpoint);
        ASSERT_FALSE(reading.has_value()) << answer;
        EXPECT_EQ(reading.error().reason(), "READER_ANSWER") << answer;
    }
}

TEST(EndpointReader, sends_nothing_in_the_clear) {
    for (const char* url : {"http://models.test/v1", "http://localhost@models.test", "models.test",
                            "http://127.0.0.1.models.test"})
        EXPECT_FALSE(EndpointReader::create({.url = url}).has_value()) << url;
    EXPECT_TRUE(EndpointReader::create({.url = "https://models.test/v1"}).has_value());
}

}  // namespace
}  // namespace penstock::app
