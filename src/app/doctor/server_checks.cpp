#include "app/doctor/server_checks.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "base/version.h"
#include "files/whole_file.h"
#include "format/request_signature.h"
#include "penstock/v1/system.pb.h"
#include "transport/connect/client.h"

namespace penstock::doctor {

namespace {

constexpr std::chrono::seconds kPatience{10};

constexpr std::int64_t kSkewWarnsMs = 1'000;
constexpr const char* kSetClock = "Set this machine's clock, and the server's, by NTP.";

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void check_clock(const std::string& url, std::int64_t skew_ms, std::int64_t round_trip_ms,
                 Report& report) {
    const std::string seen =
        fmt::format("{} is {} ms {} this machine (asked within {} ms)", url, std::abs(skew_ms),
                    skew_ms < 0 ? "behind" : "ahead of", round_trip_ms);
    // What the way takes cannot be told from skew.
    const std::int64_t sure_ms = std::abs(skew_ms) - round_trip_ms / 2 - 1;
    if (sure_ms > format::kRequestSkewMsMax) return report.fail("clock", seen, kSetClock);
    if (sure_ms > kSkewWarnsMs) return report.warn("clock", seen, kSetClock);
    report.ok("clock", seen);
}

void check_status(const std::string& url, const v1::GetStatusResponse& status, Report& report) {
    report.ok("reach", fmt::format("{} answers; last command {}", url, status.last_sequence()));
    if (status.version() == kVersion)
        report.ok("version", fmt::format("{} is of version {}, as this program", url, kVersion));
    else
        report.warn(
            "version",
            fmt::format("{} is of version {}, this program of {}", url, status.version(), kVersion),
            "Upgrade the older one.");
    if (status.read_only())
        report.fail("commands", fmt::format("{} cannot write its journal", url),
                    "Look at its disk or its database; penstock doctor there says more.");
    if (!status.evidence_fault().empty())
        report.fail("evidence",
                    fmt::format("{} keeps or signs no evidence: {}", url, status.evidence_fault()),
                    "Look at the disk of its evidence folder, and that one server alone has it; "
                    "when that is mended and this stays, restart the server.");
    if (!status.tables_fault().empty())
        report.fail(
            "tables",
            fmt::format("{} shows nothing new in lists and bills: {}", url, status.tables_fault()),
            "Look at the disk of its data folder; when that is mended and this stays, stop the "
            "server, and run penstock rebuild.");
    if (!status.grants_fault().empty())
        report.fail(
            "grants",
            fmt::format("{} grants nobody what tasks put out: {}", url, status.grants_fault()),
            "Look at the disk of its data folder; when that is mended and this stays, restart the "
            "server.");
    if (!status.leads())
        report.ok("role", fmt::format("{} follows {}, {} ms behind", url, status.leader_name(),
                                      status.staleness_ms()));
}

void check_server(const std::string& url, const transport::HttpClientOptions& options,
                  Report& report) {
    constexpr const char* kRemedy =
        "Look whether the server runs, listens there, and whether a firewall or proxy is between.";
    auto http = transport::HttpClient::create(options);
    if (!http) return report.fail("reach", http.error());
    transport::RpcClient client(*std::move(http));
    const std::int64_t before = now_ns();
    const auto status = client.call<v1::GetStatusResponse>(
        "SystemService/GetStatus", v1::GetStatusRequest(), {.timeout = kPatience});
    const std::int64_t after = now_ns();
    if (!status)
        return report.fail("reach", fmt::format("{}: {}", url, status.error().message), kRemedy);
    check_status(url, *status, report);
    check_clock(url, (status->now_ns() - (before + after) / 2) / 1'000'000,
                (after - before) / 1'000'000, report);
}

}  // namespace

void check_servers(const std::string& urls, const std::string& ca_file, Report& report) {
    transport::HttpClientOptions options;
    if (!ca_file.empty()) {
        auto roots = files::read_file(ca_file);
        if (!roots) return report.fail("reach", roots.error());
        options.ca_pem = *std::move(roots);
    }
    std::istringstream list(urls);
    for (std::string url; std::getline(list, url, ',');) {
        options.base_url = url;
        check_server(url, options, report);
    }
}

}  // namespace penstock::doctor
