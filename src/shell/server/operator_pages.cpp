#include "shell/server/operator_pages.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "crypto/constant_time.h"
#include "crypto/hex.h"
#include "crypto/random.h"
#include "files/whole_file.h"
#include "shell/server/error.h"
#include "shell/telemetry/readiness.h"
#include "transport/connect/error_body.h"

namespace penstock::shell {

namespace {

using transport::HttpResponse;

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kTokenSizeMin = 16;
constexpr std::size_t kTokenSizeMax = 256;
constexpr std::uint64_t kTokenFileBytesMax = 4'096;
constexpr std::string_view kHealth = "/healthz";
constexpr std::string_view kReadiness = "/readyz";
constexpr std::string_view kMetrics = "/metrics";

HttpResponse json_response(unsigned status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    response.body = std::move(body);
    return response;
}

Result<std::string> read_token(const std::filesystem::path& file) {
    TRY_ASSIGN(std::string text, files::read_file(file, kTokenFileBytesMax));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    const bool is_printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    if (text.size() < kTokenSizeMin || text.size() > kTokenSizeMax || !is_printable)
        return reject(kMetricsTokenUnusable, {}, file.string());
    return text;
}

Result<std::string> ensure_token(const std::filesystem::path& file) {
    std::error_code failed;
    if (std::filesystem::exists(file, failed)) return read_token(file);
    const std::string token = crypto::hex(crypto::random_bytes(kTokenBytes));
    TRY(files::write_durably(file, {token, "\n"}));
    return token;
}

}  // namespace

Result<std::unique_ptr<OperatorPages>> OperatorPages::open(const std::filesystem::path& token_file,
                                                           const Telemetry& telemetry, Look look) {
    TRY_ASSIGN(std::string token, ensure_token(token_file));
    return std::unique_ptr<OperatorPages>(
        new OperatorPages(std::move(token), telemetry, std::move(look)));
}

bool OperatorPages::owns(std::string_view path) {
    return path == kHealth || path == kReadiness || path == kMetrics;
}

void OperatorPages::handle(const transport::HttpRequest& request,
                           transport::Responder responder) const {
    const std::string_view path = request.path();
    responder.set_route(path == kHealth ? "healthz" : path == kReadiness ? "readyz" : "metrics");
    if (request.verb != "GET" && request.verb != "HEAD") {
        HttpResponse refused =
            json_response(405, R"({"code":"unimplemented","message":"See Allow."})");
        refused.headers.add("Allow", "GET, HEAD");
        return responder.send(std::move(refused));
    }
    if (path == kHealth) return responder.send(json_response(200, R"({"status":"ok"})"));
    if (path == kReadiness) return responder.send(readiness());
    if (may_read_metrics(request.headers.value("authorization"))) return responder.send(metrics());
    responder.add_header("WWW-Authenticate", "Bearer");
    transport::fail(responder, Error(kMetricsTokenWrong));
}

HttpResponse OperatorPages::readiness() const {
    const Vitals vitals = look_();
    const auto checks = readiness_checks(vitals);
    return json_response(is_ready(checks) ? 200 : 503, readiness_json(vitals, checks));
}

bool OperatorPages::may_read_metrics(std::string_view authorization) const {
    constexpr std::string_view kScheme = "Bearer ";
    const bool has_scheme =
        transport::equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme);
    return has_scheme &&
           crypto::equal_in_constant_time(authorization.substr(kScheme.size()), token_);
}

HttpResponse OperatorPages::metrics() const {
    HttpResponse response;
    response.headers.add("Content-Type", kMetricsContentType);
    response.headers.add("Cache-Control", "no-store");
    response.body = telemetry_.text(look_());
    return response;
}

}  // namespace penstock::shell
