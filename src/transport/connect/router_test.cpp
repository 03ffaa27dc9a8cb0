#include <gtest/gtest.h>

#include <future>

#include "base/base64.h"
#include "transport/connect/client.h"
#include "transport/connect/envelope.h"
#include "transport/connect/error_body.h"
#include "transport/connect/example_service.h"
#include "transport/connect/router.h"
#include "transport/json/write.h"

namespace penstock::transport {
namespace {

using std::chrono::milliseconds;

/// The example behind a real socket.
class Router : public testing::Test, public HttpHandler {
  protected:
    void SetUp() override {
        auto started = HttpServer::start({}, *this);
        ASSERT_TRUE(started);
        server_ = std::move(*started);
        url_ = "http://127.0.0.1:" + std::to_string(server_->port());
    }
    void TearDown() override { server_->stop(milliseconds(0)); }
    void handle(HttpRequest request, Responder responder) override {
        router_.handle(std::move(request), std::move(responder));
    }
    HttpClient http() const { return *HttpClient::create({.base_url = url_}); }
    RpcClient rpc(Authorize authorize = {}) const {
        return RpcClient(http(), std::move(authorize));
    }

    HttpResponse ask(std::string_view verb, std::string_view target, std::string_view body = {},
                     std::string_view type = "application/json", std::string_view extra = {},
                     std::string_view extra_value = {}) const {
        HttpCall call{.verb = verb, .target = target, .body = body};
        if (!body.empty()) call.headers.add("Content-Type", type);
        if (!extra.empty()) call.headers.add(extra, extra_value);
        auto client = http();
        auto response = client.request(call);
        EXPECT_TRUE(response);
        return response ? *std::move(response) : HttpResponse();
    }

    ExampleService service_;
    RpcRouter router_{MethodTable::schema(), service_};
    std::unique_ptr<HttpServer> server_;
    std::string url_;
};

v1::PlaceOrderRequest order() {
    v1::PlaceOrderRequest request;
    request.add_lines()->set_product("prod_1");
    request.mutable_max_total()->set_micros(5);
    return request;
}

constexpr std::string_view kPlaceOrder = "/penstock.v1.ContractService/PlaceOrder";
constexpr std::string_view kWatch = "/penstock.v1.TaskService/WatchWorkload";

TEST_F(Router, answers_connect_calls_in_json_and_binary) {
    const auto json = ask("POST", kPlaceOrder, to_json(order()));
    EXPECT_EQ(json.status, 200u);
    EXPECT_EQ(json.headers.value("content-type"), "application/json");
    EXPECT_EQ(json.body, R"({"order":"ord_","contracts":["prod_1"],"held":{"micros":"5"}})");
    const auto binary = ask("POST", kPlaceOrder, order().SerializeAsString(), "application/proto");
    EXPECT_EQ(binary.headers.value("content-type"), "application/proto");
    v1::PlaceOrderResponse response;
    ASSERT_TRUE(response.ParseFromString(binary.body));
    EXPECT_EQ(to_json(response), json.body);
}

TEST_F(Router, answers_rest_calls_from_path_query_and_body) {
    EXPECT_EQ(ask("POST", "/v1/orders", to_json(order())).body,
              R"({"order":"ord_","contracts":["prod_1"],"held":{"micros":"5"}})");
    const auto log = ask("GET", "/v1/tasks/task%5F4/log?offset=41");
    EXPECT_EQ(log.status, 200u);
    EXPECT_EQ(log.body, R"({"text":"bG9nIG9mIHRhc2tfNA==","nextOffset":"42"})");
    EXPECT_EQ(ask("GET", "/v1/status").body,
              R"({"version":"example","lastSequence":"18446744073709551615"})");
}

TEST_F(Router, streams_rest_as_lines_or_events) {
    EXPECT_EQ(ask("GET", "/v1/workloads/wl_1/watch").body,
              "{\"workload\":{\"id\":\"wl_1\",\"succeeded\":1}}\n"
              "{\"workload\":{\"id\":\"wl_1\",\"succeeded\":2}}\n"
              "{\"workload\":{\"id\":\"wl_1\",\"succeeded\":3}}\n");
    const auto events =
        ask("GET", "/v1/workloads/wl_0/watch", {}, {}, "Accept", "text/event-stream");
    EXPECT_EQ(events.headers.value("content-type"), "text/event-stream");
    EXPECT_TRUE(
        events.body.starts_with("data: {\"workload\":{\"id\":\"wl_0\",\"succeeded\":1}}\n\n"));
    EXPECT_NE(events.body.find("event: error\ndata: {\"code\":\"failed_precondition\""),
              std::string::npos);
}

TEST_F(Router, answers_connect_get_for_queries_alone) {
    const auto log = ask("GET",
                         "/penstock.v1.TaskService/ReadLog?connect=v1&encoding=json&message="
                         "%7B%22task%22%3A%22t%22%7D");
    EXPECT_EQ(log.body, R"({"text":"bG9nIG9mIHQ=","nextOffset":"1"})");
    v1::ReadLogRequest request;
    request.set_task("t");
    std::string text;
    write_base64(request.SerializeAsString(), text, Base64Padding::without);
    const auto binary =
        ask("GET", "/penstock.v1.TaskService/ReadLog?encoding=proto&base64=1&message=" + text);
    EXPECT_EQ(binary.status, 200u);
    EXPECT_EQ(binary.headers.value("content-type"), "application/proto");
    const auto refused = ask("GET", std::string(kPlaceOrder) + "?encoding=json&message=%7B%7D");
    EXPECT_EQ(refused.status, 405u);
    EXPECT_EQ(refused.headers.value("allow"), "POST");
}

struct Refused {
    std::string verb, target, body, type;
    unsigned status;
    std::string reason, field;
};

TEST_F(Router, refuses_with_status_reason_and_field) {
    const std::string path(kPlaceOrder), watch(kWatch), json = "application/json";
    const Refused cases[] = {
        {"POST", path, "{}", json, 400, "EXAMPLE_REFUSAL", "lines"},
        {"POST", path, "{", json, 400, "JSON_MALFORMED", ""},
        {"POST", path, R"({"maxTotal":{"micros":[]}})", json, 400, "JSON_WRONG_TYPE",
         "max_total.micros"},
        {"POST", path, "\xff", "application/proto", 400, "BINARY_MALFORMED", ""},
        {"POST", path, "\x78\x01", "application/proto", 400, "BINARY_UNKNOWN_FIELD", ""},
        {"POST", path, "{}", "text/plain", 415, "UNSUPPORTED_CONTENT_TYPE", ""},
        {"POST", path, "{}", "application/connect+json", 415, "UNSUPPORTED_CONTENT_TYPE", ""},
        {"POST", watch, "{}", json, 415, "UNSUPPORTED_CONTENT_TYPE", ""},
        {"POST", "/penstock.v1.ContractService/None", "{}", json, 404, "NO_SUCH_METHOD", ""},
        {"POST", "/penstock.v1.InternalService/Tick", "{}", json, 404, "NO_SUCH_METHOD", ""},
        {"POST", "/v1/none", "{}", json, 404, "NO_SUCH_ROUTE", ""},
        {"GET", "/v1/tasks/t/log?offset=x", "", "", 400, "JSON_WRONG_TYPE", "offset"},
        {"GET", "/v1/tasks/t/log?ofset=1", "", "", 400, "BAD_QUERY", ""},
        {"GET", "/v1/tasks/t/log?task=u", "", "", 400, "GIVEN_TWICE", "task"},
        {"GET", "/v1/tasks/t/log?offset=%zz", "", "", 400, "BAD_QUERY", ""},
        {"GET", "/v1/parties?page.size=-1", "", "", 400, "JSON_OUT_OF_RANGE", "page.size"},
        {"POST", "/v1/orders", "lines=1", "application/x-www-form-urlencoded", 415,
         "UNSUPPORTED_CONTENT_TYPE", ""},
    };
    for (const auto& item : cases) {
        const auto response = ask(item.verb, item.target, item.body, item.type);
        EXPECT_EQ(response.status, item.status) << item.target << item.body;
        const RemoteError error = read_error(response.body, Code::unknown);
        EXPECT_EQ(error.reason, item.reason) << response.body;
        EXPECT_EQ(error.field, item.field) << response.body;
        EXPECT_FALSE(error.message.empty());
        EXPECT_NE(error.number, 0u);
    }
    EXPECT_EQ(ask("PUT", "/v1/orders", "{}").status, 405u);
    EXPECT_EQ(ask("POST", path, "{}", json, "Connect-Protocol-Version", "2").status, 400u);
    EXPECT_EQ(ask("POST", path, "{}", json, "Connect-Timeout-Ms", "1x").status, 400u);
    EXPECT_EQ(ask("POST", path, "{}", json, "Content-Encoding", "gzip").status, 501u);
    EXPECT_EQ(ask("GET", "/v1/parties").status, 500u);  // Dropped by the example.
}

TEST_F(Router, writes_errors_as_connect_does) {
    const auto response = ask("POST", kPlaceOrder, "{}", "application/json", "traceparent",
                              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    EXPECT_EQ(
        response.body,
        R"({"code":"failed_precondition","message":"The example refuses this order. It has no )"
        R"(line.","details":[{"type":"penstock.v1.ErrorDetail","value":")"
        R"(Cg9FWEFNUExFX1JFRlVTQUwSBWxpbmVzGi9UaGUgZXhhbXBsZSByZWZ1c2VzIHRoaXMgb3JkZXIuIEl0IGhh)"
        R"(cyBubyBsaW5lLiCPZyogNGJmOTJmMzU3N2IzNGRhNmEzY2U5MjlkMGUwZTQ3MzY",)"
        R"("debug":{"reason":"EXAMPLE_REFUSAL","field":"lines","message":"The )"
        R"(example refuses this order. It has no line.","number":13199,)"
        R"("traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}}]})");
}

TEST_F(Router, tells_the_client_in_which_trace_an_error_is) {
    auto client = rpc();
    const auto failed =
        client.call<v1::PlaceOrderResponse>("ContractService/PlaceOrder", v1::PlaceOrderRequest());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().trace_id.size(), 32u);
}

TEST_F(Router, calls_through_the_typed_client) {
    auto client = rpc([](std::string_view verb, std::string_view path, std::string_view body) {
        return std::string(verb) + std::string(path) + std::to_string(body.size());
    });
    const auto placed = client.call<v1::PlaceOrderResponse>("ContractService/PlaceOrder", order(),
                                                            {.idempotency_key = "k1"});
    ASSERT_TRUE(placed) << placed.error().message;
    EXPECT_EQ(placed->order(), "ord_k1");
    const auto status =
        client.call<v1::GetStatusResponse>("SystemService/GetStatus", v1::GetStatusRequest());
    ASSERT_TRUE(status);
    EXPECT_EQ(status->rolling_hash(), "POST/penstock.v1.SystemService/GetStatus0");
    const auto refused =
        client.call<v1::PlaceOrderResponse>("ContractService/PlaceOrder", v1::PlaceOrderRequest());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::failed_precondition);
    EXPECT_EQ(refused.error().reason, "EXAMPLE_REFUSAL");
    EXPECT_EQ(refused.error().field, "lines");
    EXPECT_EQ(refused.error().number, 13199u);
    const auto drawn = client.call<v1::PlaceOrderResponse>("ContractService/PlaceOrder", order());
    EXPECT_EQ(drawn->order().size(), 36u);  // A key was drawn.
}

TEST_F(Router, streams_through_the_typed_client) {
    auto client = rpc();
    v1::WatchWorkloadRequest request;
    const auto watch = [&](const char* workload, int stop_at) {
        request.set_workload(workload);
        int seen = 0;
        auto result = client.stream<v1::GetWorkloadResponse>(
            "TaskService/WatchWorkload", request, [&](const v1::GetWorkloadResponse& message) {
                EXPECT_EQ(message.workload().succeeded(), static_cast<unsigned>(++seen));
                return seen != stop_at;
            });
        return std::pair(seen, std::move(result));
    };
    auto [seen, result] = watch("wl_1", 0);
    EXPECT_EQ(seen, 3);
    EXPECT_TRUE(result);
    std::tie(seen, result) = watch("wl_0", 0);
    EXPECT_EQ(seen, 3);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason, "EXAMPLE_REFUSAL");
    std::tie(seen, result) = watch("wl_1", 2);
    EXPECT_EQ(seen, 2);
    EXPECT_TRUE(result);
    std::tie(seen, result) = watch("wl_1", 0);  // The client goes on after having stopped.
    EXPECT_EQ(seen, 3);
}

TEST_F(Router, puts_stream_errors_before_the_first_message_into_the_stream) {
    std::string body;
    write_envelope(0, R"({"colour":1})", body);
    const auto response = ask("POST", kWatch, body, "application/connect+json");
    EXPECT_EQ(response.status, 200u);
    const auto envelope = read_envelope(response.body);
    ASSERT_TRUE(envelope);
    EXPECT_EQ(envelope->flags, Envelope::kEnd);
    EXPECT_NE(envelope->data.find("JSON_UNKNOWN_KEY"), std::string_view::npos);
    EXPECT_NE(ask("POST", kWatch, body + "x", "application/connect+json").body.find("BAD_ENVELOPE"),
              std::string::npos);
    body[0] = 1;
    EXPECT_NE(ask("POST", kWatch, body, "application/connect+json").body.find("COMPRESSED"),
              std::string::npos);
}

TEST_F(Router, cancels_a_stream_that_never_ends) {
    auto client = rpc();
    v1::WatchWorkloadRequest request;
    request.set_workload("wl_9");
    std::promise<void> third;
    auto running = std::async(std::launch::async, [&] {
        return client.stream<v1::GetWorkloadResponse>("TaskService/WatchWorkload", request,
                                                      [&](const v1::GetWorkloadResponse& message) {
                                                          if (message.workload().succeeded() == 3)
                                                              third.set_value();
                                                          return true;
                                                      });
    });
    ASSERT_EQ(third.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    auto gone = std::make_shared<std::promise<void>>();
    client.cancel();
    const auto result = running.get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::cancelled);
    client.http() = http();  // Closes the connection.
    ASSERT_EQ(service_.open.size(), 1u);
    service_.open[0]->on_close([gone] { gone->set_value(); });
    ASSERT_EQ(gone->get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    EXPECT_EQ(service_.open[0]->send(v1::GetWorkloadResponse()), StreamState::closed);
}

}  // namespace
}  // namespace penstock::transport
