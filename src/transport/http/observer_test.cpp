// What a server tells of each exchange, and how traces pass through it.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "transport/http/client.h"
#include "transport/http/server.h"
#include "transport/http/test_support.h"

namespace penstock::transport {
namespace {

constexpr std::string_view kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr std::string_view kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

class Observer : public testing::Test {
  protected:
    void serve(FunctionHandler::Handle handle, FunctionHandler::Plan plan = {}) {
        handler_ = std::make_unique<FunctionHandler>(std::move(handle), std::move(plan));
        options_.observer = &recorder_;
        server_ = HttpServer::start(options_, *handler_).value();
    }
    HttpClient client() {
        return HttpClient::create(
                   {.base_url = "http://127.0.0.1:" + std::to_string(server_->port())})
            .value();
    }
    static Headers traced(std::string_view value) {
        Headers headers;
        headers.add("traceparent", value);
        return headers;
    }

    HttpServerOptions options_;
    Recorder recorder_;
    std::unique_ptr<FunctionHandler> handler_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(Observer, hears_what_the_application_says_of_a_request) {
    serve([](HttpRequest, Responder responder) {
        responder.set_route("A/B");
        responder.set_caller("party_1");
        responder.set_reason("NO_MONEY");
        responder.send({.status = 409});
    });
    const auto answer =
        client().request({.verb = "POST", .target = "/x?key=secret", .headers = traced(kTrace)});
    ASSERT_TRUE(answer);
    const auto told = Trace::parse(answer->headers.value("traceparent"));
    ASSERT_TRUE(told) << answer->headers.value("traceparent");
    EXPECT_EQ(told->id(), kTraceId);
    EXPECT_NE(told->step(), Trace::parse(kTrace)->step());
    const auto seen = recorder_.at(0);
    EXPECT_EQ(seen.verb, "POST");
    EXPECT_EQ(seen.route, "A/B");
    EXPECT_EQ(seen.caller, "party_1");
    EXPECT_EQ(seen.reason, "NO_MONEY");
    EXPECT_EQ(seen.trace_id, kTraceId);
    EXPECT_EQ(seen.status, 409u);
    EXPECT_FALSE(seen.is_stream);
    EXPECT_GT(seen.duration.count(), 0);
}

TEST_F(Observer, hears_nothing_of_an_earlier_request_on_the_same_connection) {
    std::atomic<int> count = 0;
    serve([&](HttpRequest, Responder responder) {
        if (count++ == 0) {
            responder.set_route("A/B");
            responder.set_caller("party_1");
            responder.set_reason("NO_MONEY");
        }
        responder.send({});
    });
    auto kept = client();
    ASSERT_TRUE(kept.request({}));
    ASSERT_TRUE(kept.request({}));
    const auto second = recorder_.at(1);
    EXPECT_EQ(second.route + second.caller + second.reason, "");
    EXPECT_NE(second.trace_id, recorder_.at(0).trace_id);
}

TEST_F(Observer, hears_of_requests_that_never_reach_the_application) {
    options_.header_timeout = std::chrono::milliseconds(50);
    options_.body_bytes_max = 10;
    serve([](HttpRequest, Responder responder) { responder.send({}); },
          [](const HttpRequest& head) {
              BodyPlan plan;
              plan.route = "files";
              if (head.path() == "/refused")
                  plan.refuse = [](Responder responder) {
                      responder.set_reason("NOT_YOURS");
                      responder.send({.status = 403});
                  };
              return plan;
          });
    RawClient garbage(server_->port());
    garbage.send("garbage\r\n\r\n");
    EXPECT_EQ(count_of(garbage.read_to_end(), "\r\ntraceparent: 00-"), 1u);
    EXPECT_EQ(recorder_.at(0).status, 400u);
    EXPECT_EQ(recorder_.at(0).trace_id.size(), 32u);
    RawClient slow(server_->port());
    slow.send("GET / HT");
    EXPECT_NE(slow.read_to_end().find("408"), std::string::npos);
    EXPECT_EQ(recorder_.at(1).status, 408u);
    const std::string body(11, 'x');
    ASSERT_TRUE(client().request({.verb = "POST", .headers = traced(kTrace), .body = body}));
    EXPECT_EQ(recorder_.at(2).status, 413u);
    EXPECT_EQ(recorder_.at(2).trace_id, kTraceId);
    EXPECT_EQ(recorder_.at(2).verb, "POST");
    ASSERT_TRUE(client().request({.verb = "POST", .target = "/refused", .body = "x"}));
    EXPECT_EQ(recorder_.at(3).status, 403u);
    EXPECT_EQ(recorder_.at(3).route, "files");
    EXPECT_EQ(recorder_.at(3).reason, "NOT_YOURS");
    EXPECT_FALSE(recorder_.at(3).is_turned_away);
}

/// The head of a POST with a body of so many bytes.
std::string post(std::size_t body_size) {
    return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body_size) +
           "\r\n\r\n";
}

TEST_F(Observer, does_not_count_the_time_that_a_body_takes_to_come) {
    Event head_came;
    serve([](HttpRequest, Responder responder) { responder.send({}); },
          [&](const HttpRequest&) {
              head_came.set();
              return BodyPlan();
          });
    RawClient slow(server_->port());
    slow.send(post(4) + "bo");
    ASSERT_TRUE(head_came.wait());
    const auto head_sent = std::chrono::steady_clock::now();
    const auto elapsed = [](auto since) { return std::chrono::steady_clock::now() - since; };
    slow.read_until(
        [&](const std::string&) { return elapsed(head_sent) > std::chrono::milliseconds(150); });
    const auto rest_sent = std::chrono::steady_clock::now();
    slow.send("dy");
    const auto seen = recorder_.at(0);
    EXPECT_EQ(seen.status, 200u);
    EXPECT_GT(seen.duration.count(), 0);
    EXPECT_LE(seen.duration, elapsed(rest_sent));
}

TEST_F(Observer, hears_of_callers_who_leave_in_their_body) {
    Event head_came;
    serve([](HttpRequest, Responder responder) { responder.send({}); },
          [&](const HttpRequest&) {
              head_came.set();
              BodyPlan plan;
              plan.route = "files";
              return plan;
          });
    RawClient leaving(server_->port());
    leaving.send(post(4) + "bo");
    ASSERT_TRUE(head_came.wait());
    leaving.close();
    const auto seen = recorder_.at(0);
    EXPECT_EQ(seen.status, 499u);
    EXPECT_EQ(seen.verb, "POST");
    EXPECT_EQ(seen.route, "files");
    EXPECT_EQ(seen.trace_id.size(), 32u);
    EXPECT_EQ(seen.duration.count(), 0);
}

TEST_F(Observer, hears_of_connections_that_are_turned_away) {
    options_.connections_max = 1;
    serve([](HttpRequest, Responder responder) { responder.send({}); });
    auto first = client();
    ASSERT_TRUE(first.request({}));
    RawClient second(server_->port());
    EXPECT_NE(second.read_to_end().find("503"), std::string::npos);
    EXPECT_EQ(recorder_.at(1).status, 503u);
    EXPECT_FALSE(recorder_.at(0).is_turned_away);
    EXPECT_TRUE(recorder_.at(1).is_turned_away);
}

/// Turns everybody away but the first.
class FirstAlone final : public HttpHandler {
  public:
    Refusal admit(const HttpRequest&) override {
        if (!std::exchange(is_taken_, true)) return {};
        return [](Responder responder) {
            responder.set_reason("TOO_MANY");
            responder.send({.status = 429});
        };
    }
    void handle(HttpRequest, Responder responder) override { responder.send({}); }

  private:
    bool is_taken_ = false;  // One thread serves one client.
};

TEST_F(Observer, hears_why_requests_are_turned_away) {
    FirstAlone handler;
    options_.observer = &recorder_;
    server_ = HttpServer::start(options_, handler).value();
    auto kept = client();
    ASSERT_TRUE(kept.request({}));
    ASSERT_TRUE(kept.request({}));
    ASSERT_TRUE(kept.request({.verb = "POST", .body = "{}"}));
    EXPECT_FALSE(recorder_.at(0).is_turned_away);
    for (const std::size_t index : {1u, 2u}) {
        EXPECT_EQ(recorder_.at(index).status, 429u);
        EXPECT_EQ(recorder_.at(index).reason, "TOO_MANY");
        EXPECT_TRUE(recorder_.at(index).is_turned_away);
    }
    server_.reset();
}

TEST_F(Observer, hears_of_streams_and_of_callers_who_leave) {
    Event held;
    Responder kept;
    serve([&](HttpRequest request, Responder responder) {
        responder.set_route("A/Watch");
        if (request.path() == "/held") {
            kept = std::move(responder);
            return held.set();
        }
        responder.start_stream({});
        responder.write("piece");
        responder.finish();
    });
    ASSERT_TRUE(client().request({}));
    EXPECT_TRUE(recorder_.at(0).is_stream);
    EXPECT_EQ(recorder_.at(0).status, 200u);
    RawClient leaving(server_->port());
    leaving.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(held.wait());
    leaving.close();
    server_->stop(std::chrono::milliseconds(0));
    EXPECT_EQ(recorder_.at(1).status, 499u);
    EXPECT_EQ(recorder_.at(1).route, "A/Watch");
    kept = {};
}

TEST_F(Observer, hears_of_callers_who_leave_and_are_dropped_for_it) {
    Event held;
    Responder kept;
    serve([&](HttpRequest, Responder responder) {
        responder.on_close([&] { kept = {}; });
        kept = std::move(responder);
        held.set();
    });
    RawClient leaving(server_->port());
    leaving.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(held.wait());
    leaving.close();
    EXPECT_EQ(recorder_.at(0).status, 499u);
}

TEST_F(Observer, gets_a_trace_from_every_client) {
    std::mutex mutex;
    std::vector<std::string> received;
    serve([&](HttpRequest request, Responder responder) {
        const std::scoped_lock lock(mutex);
        received.emplace_back(request.headers.value("traceparent"));
        responder.send({});
    });
    auto plain = client();
    ASSERT_TRUE(plain.request({}));
    ASSERT_TRUE(plain.request({}));
    const Trace of_all = Trace::begin();
    auto one_trace =
        HttpClient::create(
            {.base_url = "http://127.0.0.1:" + std::to_string(server_->port()), .trace = of_all})
            .value();
    ASSERT_TRUE(one_trace.request({}));
    ASSERT_TRUE(one_trace.request({}));
    ASSERT_TRUE(one_trace.request({.headers = traced(kTrace)}));
    const std::scoped_lock lock(mutex);
    std::vector<Trace> traces;
    for (const std::string& text : received) {
        ASSERT_TRUE(Trace::parse(text)) << text;
        traces.push_back(*Trace::parse(text));
    }
    EXPECT_NE(traces[0].id(), traces[1].id());
    EXPECT_EQ(traces[2].id(), of_all.id());
    EXPECT_EQ(traces[3].id(), of_all.id());
    EXPECT_NE(traces[2].step(), traces[3].step());
    EXPECT_EQ(received[4], kTrace);
}

}  // namespace
}  // namespace penstock::transport
