// Answers and bodies that come in pieces or live in files.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "transport/http/client.h"
#include "transport/http/test_support.h"

namespace penstock::transport {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string noise(std::size_t size) {
    std::mt19937 generator(7);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(generator());
    return bytes;
}

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

class HttpStream : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "penstock_XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override {
        if (server_) server_->stop(milliseconds(0));
        fs::remove_all(folder_);
    }
    void serve(FunctionHandler::Handle handle, FunctionHandler::Plan plan = {},
               HttpServerOptions options = {}) {
        handler_ = std::make_unique<FunctionHandler>(std::move(handle), std::move(plan));
        auto started = HttpServer::start(std::move(options), *handler_);
        ASSERT_TRUE(started);
        server_ = std::move(*started);
    }
    HttpClient client() const {
        return *HttpClient::create(
            {.base_url = "http://127.0.0.1:" + std::to_string(server_->port())});
    }

    fs::path folder_;
    std::unique_ptr<FunctionHandler> handler_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpStream, brings_pieces_from_another_thread_in_order) {
    std::jthread writer;
    serve([&](HttpRequest, Responder responder) {
        writer = std::jthread([responder = std::move(responder)]() mutable {
            responder.start_stream({});
            for (int i = 0; i < 1000; ++i) responder.write(std::to_string(i) + ",");
            responder.finish();
        });
    });
    std::string expected;
    for (int i = 0; i < 1000; ++i) expected += std::to_string(i) + ",";
    auto http = client();
    for (int round = 0; round < 5; ++round) {
        std::string seen;
        const auto response = http.request({}, [&](std::string_view piece) {
            seen += piece;
            return true;
        });
        ASSERT_TRUE(response) << response.error().message();
        EXPECT_EQ(seen, expected);
        EXPECT_EQ(http.request({})->body, expected);
    }
    EXPECT_EQ(server_->connections(), 1u);
}

TEST_F(HttpStream, breaks_off_a_stream_that_is_given_up) {
    serve([](HttpRequest, Responder responder) {
        responder.start_stream({});
        responder.write("half");
    });
    const auto response = client().request({});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().reason(), "HTTP_BROKEN");
}

TEST_F(HttpStream, says_full_then_drains_as_the_reader_reads) {
    HttpServerOptions options;
    options.stream_bytes_max = 4u << 20;
    Event full;
    std::atomic<int> drains{0};
    std::atomic<std::size_t> written{0};
    Responder held;
    serve(
        [&](HttpRequest, Responder responder) {
            held = std::move(responder);
            held.start_stream({});
            const std::string piece(64 * 1024, 'p');
            held.on_drain([&, piece] {
                ++drains;
                while (written < (64u << 20)) {
                    written += piece.size();
                    if (held.write(piece) != StreamState::open) return;
                }
                held.finish();
            });
            StreamState state = StreamState::open;
            while (state == StreamState::open) {
                written += piece.size();
                state = held.write(piece);
            }
            EXPECT_EQ(state, StreamState::full);
            full.set();
        },
        {}, options);
    auto http = client();
    std::size_t seen = 0;
    const auto response = http.request({}, [&](std::string_view piece) {
        seen += piece.size();
        return true;
    });
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_TRUE(full.wait());
    EXPECT_EQ(seen, written);
    EXPECT_GT(drains, 3);
}

TEST_F(HttpStream, cuts_off_a_reader_that_is_too_slow) {
    HttpServerOptions options;
    options.stream_bytes_max = 1u << 20;
    Event closed;
    Responder held;
    serve(
        [&](HttpRequest, Responder responder) {
            held = std::move(responder);
            held.start_stream({});
            const std::string piece(1u << 18, 'p');
            StreamState state = StreamState::open;
            for (int i = 0; i < 1000 && state != StreamState::closed; ++i)
                state = held.write(piece);
            if (state == StreamState::closed) closed.set();
        },
        {}, options);
    RawClient reader(server_->port());  // Reads nothing.
    ASSERT_TRUE(reader.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_TRUE(closed.wait());
}

TEST_F(HttpStream, tells_when_the_reader_has_gone) {
    Event started, closed;
    Responder held;
    serve([&](HttpRequest, Responder responder) {
        held = std::move(responder);
        held.on_close([&] { closed.set(); });
        held.start_stream({});
        held.write("first");
        started.set();
    });
    RawClient reader(server_->port());
    ASSERT_TRUE(reader.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(started.wait());
    reader.close();
    EXPECT_TRUE(closed.wait());
    EXPECT_EQ(held.write("second"), StreamState::closed);
}

TEST_F(HttpStream, tells_when_the_caller_of_a_long_poll_has_gone) {
    Event started, closed;
    Responder held;
    serve([&](HttpRequest, Responder responder) {
        held = std::move(responder);
        held.on_close([&] { closed.set(); });
        started.set();
    });
    RawClient reader(server_->port());
    ASSERT_TRUE(reader.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(started.wait());
    reader.close();
    EXPECT_TRUE(closed.wait());
    held.send({});
}

/// Keeps what it is given, up to a limit of its own.
class StringSink final : public BodySink {
  public:
    explicit StringSink(std::size_t bytes_max) : bytes_max_(bytes_max) {}
    bool write(std::string_view piece) override {
        text.append(piece);
        return text.size() <= bytes_max_;
    }
    std::string text;

  private:
    std::size_t bytes_max_;
};

TEST_F(HttpStream, takes_an_upload_into_a_sink_and_sends_a_file_back) {
    const std::string bytes = noise(5'000'003);
    std::ofstream(folder_ / "up", std::ios::binary) << bytes;
    HttpServerOptions options;
    options.body_bytes_max = 100;  // Does not bind what a sink takes.
    serve(
        [&](HttpRequest request, Responder responder) {
            HttpResponse response;
            if (request.sink) {
                response.body =
                    std::to_string(static_cast<StringSink&>(*request.sink).text == bytes ? 1 : 0);
            } else {
                const int descriptor = ::open((folder_ / "up").c_str(), O_RDONLY | O_CLOEXEC);
                response.file.emplace(descriptor, 3, bytes.size() - 3);
            }
            responder.send(std::move(response));
        },
        [](const HttpRequest& head) {
            BodyPlan plan;
            if (head.path() == "/artifacts") {
                plan.sink = std::make_unique<StringSink>(SIZE_MAX);
                plan.bytes_max = 6'000'000;
            }
            return plan;
        },
        options);
    auto http = client();
    const auto up = http.upload({.verb = "PUT", .target = "/artifacts"}, folder_ / "up");
    ASSERT_TRUE(up) << up.error().message();
    EXPECT_EQ(up->body, "1");
    const auto down = http.download({.target = "/artifacts/x"}, folder_ / "down");
    ASSERT_TRUE(down) << down.error().message();
    EXPECT_EQ(content_of(folder_ / "down"), bytes.substr(3));
    EXPECT_EQ(server_->connections(), 1u);
    EXPECT_FALSE(http.download({.target = "/x"}, folder_ / "down"));  // Overwrites nothing.
    EXPECT_FALSE(http.upload({.verb = "PUT"}, folder_ / "none"));
}

TEST_F(HttpStream, refuses_uploads_by_head_by_size_and_by_sink) {
    const std::string bytes = noise(3'000'000);
    std::ofstream(folder_ / "up", std::ios::binary) << bytes;
    serve([](HttpRequest, Responder responder) { responder.send({}); },
          [](const HttpRequest& head) {
              BodyPlan plan;
              if (head.target == "/refused") {
                  plan.refuse = [](Responder responder) { responder.send({.status = 403}); };
              } else {
                  plan.sink = std::make_unique<StringSink>(1'000'000);
                  plan.bytes_max = head.target == "/small" ? 2'000'000 : 4'000'000;
              }
              return plan;
          });
    const auto status = [&](const char* target) {
        auto http = client();
        const auto response = http.upload({.verb = "PUT", .target = target}, folder_ / "up");
        return response ? response->status : 0u;
    };
    EXPECT_EQ(status("/refused"), 403u);
    EXPECT_EQ(status("/small"), 413u);
    EXPECT_EQ(status("/full"), 507u);
}

TEST_F(HttpStream, removes_a_download_that_failed) {
    serve([](HttpRequest request, Responder responder) {
        if (request.target == "/none") {
            HttpResponse response;
            response.status = 404;
            response.body = "none";
            return responder.send(std::move(response));
        }
        responder.start_stream({});
        responder.write("half");
    });
    auto http = client();
    EXPECT_EQ(http.download({.target = "/none"}, folder_ / "a")->body, "none");
    EXPECT_FALSE(http.download({.target = "/half"}, folder_ / "b"));
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(HttpStream, client_sends_again_once_when_a_kept_connection_was_closed) {
    HttpServerOptions options;
    options.idle_timeout = milliseconds(40);
    std::atomic<int> requests{0};
    serve(
        [&](HttpRequest, Responder responder) {
            ++requests;
            responder.send({});
        },
        {}, options);
    auto http = client();
    ASSERT_TRUE(http.request({}));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (server_->connections() > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    ASSERT_EQ(server_->connections(), 0u);
    EXPECT_TRUE(http.request({}));
    EXPECT_EQ(requests, 2);
}

TEST_F(HttpStream, client_gives_up_at_its_deadline) {
    std::vector<Responder> held;
    serve([&](HttpRequest, Responder responder) { held.push_back(std::move(responder)); });
    auto http = client();
    const auto response = http.request({.timeout = milliseconds(30)});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().reason(), "HTTP_TIMEOUT");
    server_->stop(milliseconds(0));
    const auto refused = http.request({});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), "HTTP_CONNECT_FAILED");
}

}  // namespace
}  // namespace penstock::transport
