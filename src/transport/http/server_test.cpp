#include <gtest/gtest.h>

#include <thread>

#include "transport/http/client.h"
#include "transport/http/test_support.h"

namespace penstock::transport {
namespace {

using std::chrono::milliseconds;

void echo(HttpRequest request, Responder responder) {
    HttpResponse response;
    response.headers.add("Content-Type", "text/plain");
    response.body = request.verb + " " + request.target + " " + request.body;
    responder.send(std::move(response));
}

struct Running {
    explicit Running(FunctionHandler::Handle handle, HttpServerOptions options = {},
                     FunctionHandler::Plan plan = {})
        : handler(std::move(handle), std::move(plan)) {
        auto started = HttpServer::start(std::move(options), handler);
        if (started) server = std::move(*started);
    }
    std::uint16_t port() const { return server->port(); }
    HttpClient client() const {
        const std::string url = "http://127.0.0.1:" + std::to_string(port());
        return *HttpClient::create({.base_url = url, .timeout = milliseconds(10'000)});
    }
    FunctionHandler handler;
    std::unique_ptr<HttpServer> server;
};

TEST(HttpServer, answers_many_requests_on_one_connection) {
    Running running(echo);
    auto client = running.client();
    for (int i = 0; i < 100; ++i) {
        const std::string body(static_cast<std::size_t>(i * 300), 'x');
        const auto response = client.request({.verb = "POST", .target = "/a?b=c", .body = body});
        ASSERT_TRUE(response) << response.error().message();
        EXPECT_EQ(response->status, 200u);
        EXPECT_EQ(response->body, "POST /a?b=c " + body);
        EXPECT_EQ(response->headers.value("content-type"), "text/plain");
        EXPECT_EQ(running.server->connections(), 1u);
    }
}

TEST(HttpServer, answers_pipelined_requests_in_order) {
    Running running(echo);
    RawClient client(running.port());
    std::string requests;
    for (int i = 0; i < 50; ++i) {
        const std::string body = "body" + std::to_string(i);
        requests += "POST /" + std::to_string(i) +
                    " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body;
    }
    requests += "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    ASSERT_TRUE(client.send(requests));
    const std::string text = client.read_to_end();
    std::size_t at = 0;
    for (int i = 0; i < 50; ++i) {
        const std::string n = std::to_string(i);
        at = text.find("POST /" + n + " body" + n, at);
        ASSERT_NE(at, std::string::npos) << i;
    }
    EXPECT_NE(text.find("GET /last", at), std::string::npos);
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(count_of(text, "Connection: close"), 1u);
}

TEST(HttpServer, reads_requests_that_come_byte_by_byte) {
    Running running(echo);
    RawClient client(running.port());
    const std::string request =
        "POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n";
    for (const char c : request) ASSERT_TRUE(client.send({&c, 1}));
    EXPECT_NE(client.read_to_end().find("POST /slow abcde"), std::string::npos);
}

TEST(HttpServer, answers_from_another_thread) {
    std::vector<std::jthread> threads;
    Running running([&](HttpRequest request, Responder responder) {
        threads.emplace_back(
            [request = std::move(request), responder = std::move(responder)]() mutable {
                echo(std::move(request), std::move(responder));
            });
    });
    auto client = running.client();
    for (int i = 0; i < 200; ++i) {
        const auto response = client.request({.target = "/" + std::to_string(i)});
        ASSERT_TRUE(response) << response.error().message();
        EXPECT_EQ(response->body, "GET /" + std::to_string(i) + " ");
    }
}

TEST(HttpServer, answers_500_for_a_request_given_up) {
    Running running([](HttpRequest, Responder) {});
    auto client = running.client();
    EXPECT_EQ(client.request({})->status, 500u);
    EXPECT_EQ(client.request({})->status, 500u);
}

TEST(HttpServer, survives_a_handler_that_throws) {
    Running running([](HttpRequest, Responder) { throw std::runtime_error("no"); });
    EXPECT_EQ(running.client().request({})->status, 500u);
}

struct Limit {
    std::string request;
    std::string status;
};

TEST(HttpServer, refuses_what_is_too_large_or_no_http) {
    HttpServerOptions options;
    options.body_bytes_max = 100;
    options.header_bytes_max = 1000;
    Running running(echo, options);
    const std::string long_value(2000, 'v');
    const Limit limits[] = {
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", "413"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'b'),
         "200"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
             std::string(101, 'b'),
         "413"},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: " + long_value + "\r\n\r\n", "431"},
        {"GET /" + long_value + " HTTP/1.1\r\nHost: x\r\n\r\n", "431"},
        {"GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n", "400"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         "400"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
             std::string(200'000, 'e'),
         "400"},
        {"\x16\x03\x01 nonsense\r\n\r\n", "400"},
    };
    for (const auto& limit : limits) {
        RawClient client(running.port());
        ASSERT_TRUE(client.send(limit.request));
        client.end_sending();
        const std::string text = client.read_to_end();
        EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 " + limit.status) << limit.request.substr(0, 80);
        EXPECT_TRUE(client.closed());
    }
}

TEST(HttpServer, tells_a_slow_client_408_and_closes_an_idle_one) {
    HttpServerOptions options;
    options.header_timeout = milliseconds(60);
    options.idle_timeout = milliseconds(80);
    Running running(echo, options);
    RawClient slow(running.port());
    ASSERT_TRUE(slow.send("GET / HTTP/1.1\r\nHost:"));
    EXPECT_EQ(slow.read_to_end().substr(0, 12), "HTTP/1.1 408");
    EXPECT_TRUE(slow.closed());
    RawClient stuck(running.port());
    ASSERT_TRUE(stuck.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
    EXPECT_EQ(stuck.read_to_end().substr(0, 12), "HTTP/1.1 408");
    RawClient idle(running.port());
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_TRUE(idle.closed());
}

TEST(HttpServer, cuts_off_a_body_that_drips) {
    HttpServerOptions options;
    options.idle_timeout = milliseconds(300);  // Each byte comes within it; all of them do not.
    Running running(echo, options);
    RawClient dripping(running.port());
    ASSERT_TRUE(dripping.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"));
    const auto closed = [&](const std::string&) { return !dripping.send("x"); };
    EXPECT_EQ(dripping.read_until(closed).substr(0, 12), "HTTP/1.1 408");
}

TEST(HttpServer, says_continue_only_when_it_will_read_the_body) {
    HttpServerOptions options;
    options.body_bytes_max = 10;
    Running running(echo, options);
    RawClient client(running.port());
    ASSERT_TRUE(client.send(
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    const auto has_continue = [](const std::string& text) {
        return text.find("100 Continue\r\n\r\n") != std::string::npos;
    };
    ASSERT_TRUE(has_continue(client.read_until(has_continue)));
    ASSERT_TRUE(client.send("abc"));
    client.end_sending();
    EXPECT_NE(client.read_to_end().find("POST / abc"), std::string::npos);
    RawClient large(running.port());
    ASSERT_TRUE(large.send(
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n"));
    EXPECT_EQ(large.read_to_end().substr(0, 12), "HTTP/1.1 413");
}

TEST(HttpServer, turns_connections_away_beyond_the_limit) {
    HttpServerOptions options;
    options.connections_max = 1;
    Running running(echo, options);
    auto first = running.client();
    ASSERT_TRUE(first.request({}));
    RawClient second(running.port());
    EXPECT_EQ(second.read_to_end().substr(0, 12), "HTTP/1.1 503");
    EXPECT_TRUE(first.request({}));
}

TEST(HttpServer, sends_no_body_to_head_and_none_with_204) {
    Running running([](HttpRequest request, Responder responder) {
        HttpResponse response;
        response.status = request.target == "/none" ? 204 : 200;
        response.body = "body";
        responder.send(std::move(response));
    });
    RawClient client(running.port());
    ASSERT_TRUE(
        client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n"
                    "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    const std::string text = client.read_to_end();
    EXPECT_EQ(count_of(text, "Content-Length: 4"), 2u);
    EXPECT_EQ(count_of(text, "body"), 1u);
}

TEST(HttpServer, speaks_http_1_0_with_those_who_do) {
    Running running(echo);
    RawClient client(running.port());
    ASSERT_TRUE(client.send("GET /old HTTP/1.0\r\n\r\n"));
    EXPECT_NE(client.read_to_end().find("GET /old"), std::string::npos);
    EXPECT_TRUE(client.closed());
}

TEST(HttpServer, lets_no_header_value_forge_another) {
    Running running([](HttpRequest, Responder responder) {
        HttpResponse response;
        response.headers.add("X-Name", "a\r\nX-Forged: b");
        responder.send(std::move(response));
    });
    const auto response = running.client().request({});
    ASSERT_TRUE(response);
    EXPECT_FALSE(response->headers.has("X-Forged"));
}

TEST(HttpServer, finishes_requests_under_way_when_it_stops) {
    Event arrived;
    Responder held;
    Running running([&](HttpRequest, Responder responder) {
        held = std::move(responder);
        arrived.set();
    });
    RawClient idle(running.port());
    RawClient busy(running.port());
    ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(arrived.wait());
    std::jthread stopper([&] { running.server->stop(milliseconds(20'000)); });
    EXPECT_EQ(idle.read_to_end(), "");  // Closed at once; and by then stopping has begun.
    held.send(HttpResponse{.status = 202, .body = "late"});
    const std::string text = busy.read_to_end();
    EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 202");
    EXPECT_NE(text.find("Connection: close"), std::string::npos);
    stopper.join();
    EXPECT_FALSE(RawClient(running.port()).connected());
}

TEST(HttpServer, cuts_requests_off_at_the_stop_deadline_and_ignores_later_answers) {
    Event arrived;
    Responder held;
    Running running([&](HttpRequest, Responder responder) {
        held = std::move(responder);
        arrived.set();
    });
    RawClient busy(running.port());
    ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(arrived.wait());
    running.server->stop(milliseconds(10));
    EXPECT_EQ(busy.read_to_end(), "");
    running.server.reset();
    held.send(HttpResponse());
}

TEST(HttpServer, serves_many_clients_on_several_threads) {
    HttpServerOptions options;
    options.threads = 3;
    Running running(echo, options);
    std::atomic<int> good{0};
    {
        std::vector<std::jthread> clients;
        for (int t = 0; t < 8; ++t)
            clients.emplace_back([&] {
                auto client = running.client();
                for (int i = 0; i < 100; ++i) {
                    const auto response = client.request({.verb = "POST", .body = "hello"});
                    good += response && response->body == "POST / hello" ? 1 : 0;
                }
            });
    }
    EXPECT_EQ(good, 800);
}

TEST(HttpServer, refuses_an_address_that_is_taken) {
    Running running(echo);
    FunctionHandler handler(echo);
    HttpServerOptions options;
    options.port = running.port();
    const auto second = HttpServer::start(options, handler);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().reason(), "HTTP_LISTEN_FAILED");
}

}  // namespace
}  // namespace penstock::transport
