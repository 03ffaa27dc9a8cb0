// Top-ups from many careful clients over several servers: each command has one idempotency key and
// is sent, to this server or that, until it is acknowledged. Runs until the stop file is there.
//
// Then: every command again must give the answer that it gave first, and the operator confirms each
// top-up once. Prints what was seen as JSON:
// commands, tries, and the longest time without an acknowledgement from each mark in the marks file
// (one line "SECONDS-SINCE-EPOCH NAME" a fault) to the next.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "penstock/v1/ledger.pb.h"
#include "transport/connect/client.h"
#include "transport/http/client.h"

namespace {

using namespace std::chrono_literals;
using penstock::transport::RpcClient;

struct Options {
    std::vector<std::string> servers;
    std::string key;
    std::string operator_key;
    int clients = 8;
    std::filesystem::path acknowledged;  ///< Gets a line "KEY TOPUP" for each.
    std::filesystem::path stop;
};

struct Shared {
    std::mutex mutex;
    std::ofstream acknowledged;
    std::map<std::string, std::string> answers;
    std::vector<double> times;  ///< Of acknowledgements, seconds since the epoch.
    std::atomic<std::uint64_t> tries = 0;
};

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// One careful client.
class Client {
  public:
    Client(const Options& options, std::string key, int number)
        : options_(options), key_(std::move(key)), number_(number) {}

    /// @return The top-up's id; never gives up.
    std::string top_up(const std::string& key, std::atomic<std::uint64_t>& tries) {
        penstock::v1::RequestTopUpRequest request;
        request.mutable_amount()->set_micros(1'000'000);
        request.mutable_amount()->set_currency("CNY");
        return call<penstock::v1::RequestTopUpResponse>("LedgerService/RequestTopUp", request, key,
                                                        tries)
            .top_up();
    }
    void confirm(const std::string& top_up, std::atomic<std::uint64_t>& tries) {
        penstock::v1::ConfirmTopUpRequest request;
        request.set_top_up(top_up);
        request.set_bank_reference("bank-" + top_up);
        request.mutable_amount()->set_micros(1'000'000);
        request.mutable_amount()->set_currency("CNY");
        call<penstock::v1::ConfirmTopUpResponse>("LedgerService/ConfirmTopUp", request,
                                                 "confirm-" + top_up, tries);
    }

  private:
    /// Until it is answered, at one server after the other; a refusal ends the program.
    template <class Response, class Request>
    Response call(std::string_view method, const Request& request, const std::string& key,
                  std::atomic<std::uint64_t>& tries) {
        for (;;) {
            ++tries;
            auto answer = line().call<Response>(method, request, {.idempotency_key = key});
            if (answer) return *std::move(answer);
            const auto code = answer.error().code;
            if (code != penstock::Code::unavailable && code != penstock::Code::deadline_exceeded &&
                code != penstock::Code::resource_exhausted) {
                std::fprintf(stderr, "load: %s: %s\n", answer.error().reason.c_str(),
                             answer.error().message.c_str());
                std::exit(1);
            }
            line_.reset();
            ++number_;  // The next server.
            std::this_thread::sleep_for(20ms);
        }
    }
    RpcClient& line() {
        if (!line_) {
            const auto& server =
                options_.servers[static_cast<std::size_t>(number_) % options_.servers.size()];
            auto http = penstock::transport::HttpClient::create(
                {.base_url = server, .connect_timeout = 1s, .timeout = 1s});
            if (!http) std::exit(1);
            line_ = std::make_unique<RpcClient>(
                *std::move(http), [this](std::string_view, std::string_view, std::string_view) {
                    return "Bearer " + key_;
                });
        }
        return *line_;
    }

    const Options& options_;
    const std::string key_;
    int number_;
    std::unique_ptr<RpcClient> line_;
};

void run_client(const Options& options, int number, Shared& shared) {
    Client client(options, options.key, number);
    for (int i = 0; !std::filesystem::exists(options.stop); ++i) {
        const std::string key = "load-" + std::to_string(number) + "-" + std::to_string(i);
        const std::string answer = client.top_up(key, shared.tries);
        std::unique_lock lock(shared.mutex);
        shared.answers[key] = answer;
        shared.times.push_back(now());
        shared.acknowledged << key << ' ' << answer << std::endl;
        lock.unlock();
        std::this_thread::sleep_for(20ms);
    }
}

/// Sends every command once more, and confirms its top-up. @return How many were answered
/// otherwise.
std::size_t repeat_all(const Options& options, Shared& shared) {
    Client client(options, options.key, 0);
    Client exchange_operator(options, options.operator_key, 0);
    std::size_t wrong = 0;
    for (const auto& [key, answer] : shared.answers) {
        const std::string again = client.top_up(key, shared.tries);
        exchange_operator.confirm(answer, shared.tries);
        if (again == answer) continue;
        std::fprintf(stderr, "load: %s was %s and is %s\n", key.c_str(), answer.c_str(),
                     again.c_str());
        ++wrong;
    }
    return wrong;
}

}  // namespace

int main(int argument_count, char** arguments) {
    Options options;
    std::filesystem::path marks;
    CLI::App app("Careful clients over several servers");
    app.add_option("--server", options.servers)->required();
    app.add_option("--key", options.key)->required();
    app.add_option("--operator-key", options.operator_key)->required();
    app.add_option("--clients", options.clients);
    app.add_option("--acknowledged", options.acknowledged)->required();
    app.add_option("--stop", options.stop)->required();
    app.add_option("--marks", marks)->required();
    CLI11_PARSE(app, argument_count, arguments);

    Shared shared;
    shared.acknowledged.open(options.acknowledged);
    std::vector<std::thread> threads;
    for (int number = 0; number < options.clients; ++number)
        threads.emplace_back([&, number] { run_client(options, number, shared); });
    for (std::thread& thread : threads) thread.join();
    const std::size_t wrong = repeat_all(options, shared);

    std::map<std::string, int> ids;
    for (const auto& [key, answer] : shared.answers) ++ids[answer];
    const bool twice = ids.size() != shared.answers.size();
    std::ranges::sort(shared.times);
    std::printf(
        "{\"commands\":%zu,\"tries\":%llu,\"answered_otherwise\":%zu,\"ids_twice\":%s,"
        "\"gaps\":[",
        shared.answers.size(), static_cast<unsigned long long>(shared.tries.load()), wrong,
        twice ? "true" : "false");
    std::vector<std::pair<double, std::string>> faults;
    std::ifstream stream(marks);
    double mark = 0;
    for (std::string name; stream >> mark >> name;) faults.emplace_back(mark, name);
    for (std::size_t fault = 0; fault < faults.size(); ++fault) {
        const auto& [at, name] = faults[fault];
        const double next = fault + 1 < faults.size() ? faults[fault + 1].first : now();
        // The longest silence after this fault and before the next.
        double longest = 0;
        double last = at;
        for (const double time : shared.times) {
            if (time < at || time >= next) continue;
            longest = std::max(longest, time - last);
            last = time;
        }
        std::printf("%s{\"fault\":\"%s\",\"seconds\":%.2f}", fault == 0 ? "" : ",", name.c_str(),
                    longest);
    }
    std::printf("]}\n");
    return wrong == 0 && !twice ? 0 : 1;
}
