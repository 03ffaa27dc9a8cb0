#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "transport/http/message.h"
#include "transport/http/trace.h"

namespace penstock::transport {

struct HttpClientOptions {
    /// "http://host:port" or "https://host:port", without a path. Several, with commas between, are
    /// servers of one exchange: after one that fails or answers 503 or 421 the next is asked.
    std::string base_url{};
    std::string ca_pem{};  ///< Trusted roots as PEM text; empty takes the system's.
    /// Who the client is, to servers that ask for a certificate: it and the chain above it, as PEM
    /// text, and its key. Both or neither.
    std::string certificate_pem{};
    std::string private_key_pem{};
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds timeout{30'000};  ///< From the request to the end of its answer.
    std::size_t body_bytes_max = 64u << 20;     ///< Of answers kept in memory.
    std::size_t header_bytes_max = 64u << 10;
    /// What all requests belong to; none begins a trace with each.
    Trace trace{};
};

/// What one request changes of the client's ways.
struct HttpCall {
    std::string_view verb = "GET";
    std::string_view target = "/";  ///< Path and query, percent-encoded.
    Headers headers{};
    std::string_view body{};
    /// 0 takes the client's. With a piece-wise answer: between pieces.
    std::chrono::milliseconds timeout{0};
};

/// A blocking HTTP/1.1 client that keeps one connection to one server, or one of several.
/// Each request carries a traceparent, its own unless `headers` has one.
///
/// When a kept connection turns out closed before any byte of an answer, the request is sent once
/// more on a new one: give commands an Idempotency-Key. Not for two threads at once, but `cancel`.
class HttpClient {
  public:
    /// @retval kHttpBadUrl, kHttpTlsSetup  Nothing is sent yet.
    static Result<HttpClient> create(HttpClientOptions options);
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;
    ~HttpClient();

    /// @return Whatever the server answered, with any status.
    /// @retval kHttpConnectFailed, kHttpTimeout, kHttpBroken, kHttpMalformed, kHttpTooLarge
    Result<HttpResponse> request(const HttpCall& call);

    /// The same, with the body handed over as it arrives when the status is 200 (any other status
    /// returns its body as usual).
    /// @param take  Returns whether to go on; false ends with kHttpStopped.
    Result<HttpResponse> request(const HttpCall& call,
                                 const std::function<bool(std::string_view)>& take);

    /// Sends a file as the body; `call.body` is ignored.
    /// @retval kHttpFile too.
    Result<HttpResponse> upload(const HttpCall& call, const std::filesystem::path& file);

    /// Writes the body of a 200 answer to a new file; on an error the file is removed.
    /// @retval kHttpFile too.
    Result<HttpResponse> download(const HttpCall& call, const std::filesystem::path& file);

    /// Ends a request under way, from another thread: it returns kHttpStopped, as do later ones.
    void cancel();

  private:
    class Impl;
    explicit HttpClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace penstock::transport
