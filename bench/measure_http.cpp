#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "bench/load.h"
#include "bench/measures.h"
#include "bench/script.h"
#include "shell/server/server.h"
#include "transport/http/client.h"

namespace penstock::bench {
namespace {

constexpr int kRounds = 3;
constexpr double kRoundSeconds = 0.8;
constexpr double kNeeded = 0.25;

/// The bare echo, as a program of its own beside this one.
class EchoServer {
  public:
    EchoServer() {
        const auto program =
            std::filesystem::read_symlink("/proc/self/exe").parent_path() / "penstock_echo_server";
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) give_up("no pipe");
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::string name = program.string();
        char* const arguments[] = {name.data(), nullptr};
        if (::posix_spawn(&process_, name.c_str(), &actions, nullptr, arguments, environ) != 0)
            give_up("cannot start " + name);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        std::FILE* said = ::fdopen(ends[0], "r");
        unsigned port = 0;
        if (said == nullptr || std::fscanf(said, "%u", &port) != 1) give_up("the echo has no port");
        std::fclose(said);
        port_ = static_cast<std::uint16_t>(port);
    }
    ~EchoServer() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;
    std::uint16_t port() const { return port_; }

  private:
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
};

/// The value of a field of text in a JSON object of our own server.
std::string text_field(const std::string& json, const std::string& name) {
    const std::string opening = "\"" + name + "\":\"";
    const std::size_t at = json.find(opening);
    if (at == std::string::npos) give_up("no " + name + " in " + json);
    const std::size_t start = at + opening.size();
    return json.substr(start, json.find('"', start) - start);
}

/// Signs a buyer up. @return The value of its Authorization header.
std::string sign_up(std::uint16_t port) {
    auto client =
        transport::HttpClient::create({.base_url = "http://127.0.0.1:" + std::to_string(port)});
    if (!client) give_up(client.error().message());
    transport::Headers headers;
    headers.add("Content-Type", "application/json");
    headers.add("Idempotency-Key", "0b5e3c1a-7f52-4b0e-9d86-2f1f3c4d5e6f");
    const auto answer = client->request({.verb = "POST",
                                         .target = "/v1/parties",
                                         .headers = headers,
                                         .body = R"({"name":"Buyer","roles":["ROLE_BUYER"]})"});
    if (!answer) give_up(answer.error().message());
    if (answer->status != 200) give_up("signing up was answered with " + answer->body);
    return "Bearer " + text_field(answer->body, "secret");
}

std::string request_text(std::string_view verb_and_target, std::string_view authorization,
                         std::string_view key, std::string_view body) {
    std::string text;
    text.append(verb_and_target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ");
    text.append(authorization).append("\r\nContent-Type: application/json\r\nIdempotency-Key: ");
    text.append(key).append("\r\nContent-Length: ").append(std::to_string(body.size()));
    return text.append("\r\n\r\n").append(body);
}

/// Requests that differ in nothing but their key.
class Requests {
  public:
    Requests(std::string_view verb_and_target, std::string_view authorization,
             std::string_view body)
        : text_(request_text(verb_and_target, authorization, kKey, body)),
          key_at_(text_.find(kKey)) {}
    void write(std::string& request) {
        char key[17];
        std::snprintf(key, sizeof key, "%016lx", ++number_);
        text_.replace(key_at_, 16, key);
        request = text_;
    }

  private:
    static constexpr std::string_view kKey = "0000000000000000-a-key-of-a-uuid-size";
    std::string text_;
    std::size_t key_at_;
    unsigned long number_ = 0;
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// Loads the server and the echo in turns.
Line compare(const std::string& name, std::uint16_t server, std::uint16_t echo, Requests& requests,
             Requests& echoed) {
    std::vector<double> speeds, echo_speeds, ratios;
    for (int round = 0; round < kRounds; ++round) {
        const auto asked = [&](std::uint16_t port, Requests& which) {
            return load({.port = port, .seconds = kRoundSeconds},
                        [&](std::string& request) { which.write(request); })
                .requests_per_second;
        };
        echo_speeds.push_back(asked(echo, echoed));
        speeds.push_back(asked(server, requests));
        ratios.push_back(speeds.back() / echo_speeds.back());
    }
    return {.name = name,
            .value = median(speeds),
            .unit = name == "HTTP commands" ? "commands/s" : "queries/s",
            .reference = median(speeds) / median(ratios),
            .held_against = "a bare Beast echo of the same body, in turns",
            .needed = name == "HTTP commands" ? kNeeded : 0};
}

}  // namespace

std::vector<Line> measure_http(const Options& options) {
    shell::ServerOptions serving;
    serving.limits = {};
    serving.data = options.folder / "server";
    serving.port = 0;
    auto server = shell::Server::start(serving);
    if (!server) give_up(server.error().message());
    const std::uint16_t port = (*server)->port();
    const EchoServer echo;
    const std::string authorization = sign_up(port);

    const std::string body = R"({"amount":{"micros":"100000000","currency":"CNY"}})";
    Requests commands("POST /v1/top-ups", authorization, body);
    Requests echoed_commands("POST /", authorization, body);
    const Line command_line =
        compare("HTTP commands", port, echo.port(), commands, echoed_commands);

    Requests queries("GET /v1/balance", authorization, "");
    const auto once = load({.port = port, .connections = 1, .seconds = 0},
                           [&](std::string& request) { queries.write(request); });
    Requests echoed_queries("POST /", authorization, std::string(once.reply_bytes, 'x'));
    const Line query_line = compare("HTTP queries", port, echo.port(), queries, echoed_queries);
    (*server)->stop();
    return {command_line, query_line};
}

}  // namespace penstock::bench
