#include "agent/http_exchange.h"

#include <algorithm>
#include <utility>

#include "agent/clock.h"
#include "format/request_signature.h"
#include "transport/connect/error_body.h"

namespace penstock::agent {
namespace {

constexpr auto kTransferTimeout = std::chrono::minutes(30);

Fault fault_of(const transport::RemoteError& error) {
    std::string message = error.message;
    // By it the exchange's operator finds the request in his logs.
    if (!error.trace_id.empty()) message.append(" (trace_id ").append(error.trace_id).append(")");
    return {error.code, error.reason, std::move(message), error.number, error.retry_after};
}
Fault fault_of(const Error& error) {
    return {.code = error.code(),
            .reason = std::string(error.reason()),
            .message = error.message(),
            .number = error.number()};
}

Answer<void> answer_of(const Result<transport::HttpResponse>& response) {
    if (!response) return std::unexpected(fault_of(response.error()));
    if (response->status >= 200 && response->status < 300) return {};
    return std::unexpected(fault_of(transport::read_error(*response)));
}

std::string path_of(const std::string& digest) {
    return "/artifacts/sha256/" + digest;
}

}  // namespace

class HttpExchange::Lease {
  public:
    explicit Lease(HttpExchange& exchange) : exchange_(exchange), client_(take()) {
        if (!client_) return;
        const std::lock_guard lock(exchange_.mutex_);
        exchange_.busy_.push_back(client_->get());
        if (exchange_.is_cancelled_) (*client_)->cancel();
    }
    ~Lease() {
        if (!client_) return;
        const std::lock_guard lock(exchange_.mutex_);
        std::erase(exchange_.busy_, client_->get());
        if (!exchange_.is_cancelled_) exchange_.idle_.push_back(std::move(*client_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    explicit operator bool() const { return client_.has_value(); }
    const Fault& fault() const { return client_.error(); }
    transport::RpcClient* operator->() const { return client_->get(); }

  private:
    Answer<std::unique_ptr<transport::RpcClient>> take() {
        {
            const std::lock_guard lock(exchange_.mutex_);
            if (!exchange_.idle_.empty()) {
                auto client = std::move(exchange_.idle_.back());
                exchange_.idle_.pop_back();
                return client;
            }
        }
        return exchange_.connect();
    }

    HttpExchange& exchange_;
    Answer<std::unique_ptr<transport::RpcClient>> client_;
};

HttpExchange::HttpExchange(std::string base_url, std::string ca_pem)
    : base_url_(std::move(base_url)), ca_pem_(std::move(ca_pem)) {}

void HttpExchange::sign_as(const Identity& identity) {
    agent_ = identity.agent;
    key_ = identity.key;
}

std::string HttpExchange::authorize(std::string_view verb, std::string_view path,
                                    std::string_view body) const {
    if (!key_) return {};
    return format::sign_request(agent_, utc_ns() / 1'000'000, {verb, path, body}, *key_);
}

Answer<std::unique_ptr<transport::RpcClient>> HttpExchange::connect() {
    transport::HttpClientOptions options;
    options.base_url = base_url_;
    options.ca_pem = ca_pem_;
    auto http = transport::HttpClient::create(std::move(options));
    if (!http) return std::unexpected(fault_of(http.error()));
    return std::make_unique<transport::RpcClient>(
        std::move(*http), [this](std::string_view verb, std::string_view path,
                                 std::string_view body) { return authorize(verb, path, body); });
}

Answer<void> HttpExchange::call_message(std::string_view method,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message& response,
                                        const CallSettings& settings) {
    const Lease client(*this);
    if (!client) return std::unexpected(client.fault());
    const auto done = client->call_message(
        method, request, response,
        {.idempotency_key = settings.idempotency_key, .timeout = settings.timeout});
    if (!done) return std::unexpected(fault_of(done.error()));
    return {};
}

Answer<void> HttpExchange::download(const std::string& digest, const std::string& file) {
    const Lease client(*this);
    if (!client) return std::unexpected(client.fault());
    const std::string path = path_of(digest);
    transport::HttpCall call;
    call.target = path;
    call.headers.add("Authorization", authorize("GET", path, {}));
    call.timeout = kTransferTimeout;
    return answer_of(client->http().download(call, file));
}

Answer<void> HttpExchange::upload(const std::string& digest, const std::string& file) {
    const Lease client(*this);
    if (!client) return std::unexpected(client.fault());
    const std::string path = path_of(digest);
    transport::HttpCall call;
    call.verb = "PUT";
    call.target = path;
    // The path names the content, so it is signed with the path, and the body need not be.
    call.headers.add("Authorization", authorize("PUT", path, {}));
    call.headers.add("Content-Type", "application/octet-stream");
    call.timeout = kTransferTimeout;
    return answer_of(client->http().upload(call, file));
}

void HttpExchange::cancel() {
    const std::lock_guard lock(mutex_);
    is_cancelled_ = true;
    idle_.clear();
    for (auto* client : busy_) client->cancel();
}

}  // namespace penstock::agent
