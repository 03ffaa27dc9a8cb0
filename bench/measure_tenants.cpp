#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>

#include "bench/blast.h"
#include "bench/measures.h"
#include "bench/script.h"
#include "bench/stopwatch.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/party.pb.h"
#include "shell/server/server.h"
#include "transport/connect/client.h"

namespace penstock::bench {
namespace {

constexpr int kRounds = 3;
constexpr double kPhaseSeconds = 2;
constexpr int kQuietTenants = 4;
constexpr double kNeeded = 2;

std::string url_of(const shell::Server& server) {
    return "http://127.0.0.1:" + std::to_string(server.port());
}

/// A party that asks now and then, and measures how long each answer takes.
class Tenant {
  public:
    Tenant(const std::string& url, const std::string& name) {
        auto nobody = connect(url, {});
        v1::RegisterPartyRequest request;
        request.set_name(name);
        request.add_roles(v1::ROLE_BUYER);
        const auto signed_up =
            nobody.call<v1::RegisterPartyResponse>("PartyService/RegisterParty", request);
        if (!signed_up) give_up(signed_up.error().message);
        secret_ = signed_up->secret();
        party_ = signed_up->party();
        rpc_.emplace(connect(url, secret_));
    }
    const std::string& secret() const { return secret_; }

    double command_seconds() {
        v1::RequestTopUpRequest request;
        request.mutable_amount()->set_micros(1'000'000);
        request.mutable_amount()->set_currency("CNY");
        return seconds_of<v1::RequestTopUpResponse>("LedgerService/RequestTopUp", request);
    }
    double query_seconds() {
        v1::GetPartyRequest request;
        request.set_party(party_);
        return seconds_of<v1::Party>("PartyService/GetParty", request);
    }

  private:
    static transport::RpcClient connect(const std::string& url, const std::string& secret) {
        auto http = transport::HttpClient::create({.base_url = url});
        if (!http) give_up(http.error().message());
        return transport::RpcClient(*std::move(http),
                                    [secret](std::string_view, std::string_view, std::string_view) {
                                        return secret.empty() ? std::string() : "Bearer " + secret;
                                    });
    }
    template <class Response, class Request>
    double seconds_of(const char* method, const Request& request) {
        const Stopwatch watch;
        const auto answered = rpc_->call<Response>(method, request);
        if (!answered) give_up(std::string(method) + ": " + answered.error().message);
        return watch.seconds();
    }

    std::string secret_;
    std::string party_;
    std::optional<transport::RpcClient> rpc_;
};

struct Latencies {
    std::vector<double> commands;
    std::vector<double> queries;
};

double percentile(std::vector<double> values, double part) {
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(static_cast<double>(values.size() - 1) * part)];
}

void listen_for(double seconds, std::vector<std::unique_ptr<Tenant>>& tenants, Latencies& into) {
    const Stopwatch watch;
    for (std::size_t i = 0; watch.seconds() < seconds; ++i) {
        Tenant& tenant = *tenants[i % tenants.size()];
        into.commands.push_back(tenant.command_seconds());
        into.queries.push_back(tenant.query_seconds());
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

/// What one tenant sends as fast as it can.
struct Kind {
    const char* name;
    const char* verb_and_target;
    const char* body;
};
constexpr Kind kKinds[] = {
    {"commands", "POST /v1/top-ups", R"({"amount":{"micros":"1000000","currency":"CNY"}})"},
    {"queries", "GET /v1/balance", ""},
    {"lists", "GET /v1/contracts?page.size=500", ""},
};

Blast::Options blast_of(const Kind& kind, std::uint16_t port, const std::string& secret) {
    const std::string body = kind.body;
    Blast::Options options;
    options.port = port;
    options.before_key =
        std::string(kind.verb_and_target) + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
        secret +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\nIdempotency-Key: ";
    options.after_key = "\r\n\r\n" + body;
    return options;
}

void add_lines(const std::string& name, const std::vector<double>& idle,
               const std::vector<double>& blasted, std::vector<Line>& lines) {
    for (const auto& [label, part] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}})
        lines.push_back({.name = name + " " + label,
                         .value = percentile(blasted, part) * 1e6,
                         .unit = "us",
                         .reference = percentile(idle, part) * 1e6,
                         .held_against = "the same when all is idle",
                         .needed = kNeeded,
                         .better = Line::Better::less});
}

}  // namespace

std::vector<Line> measure_tenants(const Options& options) {
    shell::ServerOptions serving;
    serving.data = options.folder / "tenants";
    serving.port = 0;
    auto server = shell::Server::start(serving);
    if (!server) give_up(server.error().message());
    const std::string url = url_of(**server);
    std::vector<std::unique_ptr<Tenant>> quiet;
    for (int i = 0; i < kQuietTenants; ++i)
        quiet.push_back(std::make_unique<Tenant>(url, "Quiet " + std::to_string(i)));
    std::vector<Line> lines;
    Latencies ignored;
    listen_for(0.5, quiet, ignored);
    for (const Kind& kind : kKinds) {
        const Tenant loud(url, std::string("Loud with ") + kind.name);
        Latencies idle;
        Latencies blasted;
        std::uint64_t answered = 0;
        std::uint64_t refused = 0;
        for (int round = 0; round < kRounds; ++round) {
            listen_for(kPhaseSeconds * options.scale, quiet, idle);
            const Blast blast(blast_of(kind, (*server)->port(), loud.secret()));
            listen_for(kPhaseSeconds * options.scale, quiet, blasted);
            answered += blast.answered();
            refused += blast.refused();
        }
        const double seconds = kRounds * kPhaseSeconds * options.scale;
        std::fprintf(stderr, "bench: one tenant's %s: %.0f/s answered, %.0f/s refused\n", kind.name,
                     static_cast<double>(answered) / seconds,
                     static_cast<double>(refused) / seconds);
        add_lines(std::string("others' commands, one's ") + kind.name, idle.commands,
                  blasted.commands, lines);
        add_lines(std::string("others' queries, one's ") + kind.name, idle.queries, blasted.queries,
                  lines);
    }
    (*server)->stop();
    return lines;
}

}  // namespace penstock::bench
