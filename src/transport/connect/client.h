#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "transport/http/client.h"

namespace penstock::transport {

/// An error as it came over the wire, or a local one in the same form.
struct RemoteError {
    Code code = Code::unknown;
    std::string reason{};      ///< Stable, for machines; empty when the server gave none.
    std::string field{};       ///< Path of the request field at fault.
    std::string message{};     ///< A sentence for people.
    std::uint32_t number = 0;  ///< Of the rejection; 0 when the server gave none.
    /// How long the server asks to wait before the next try; 0 when it does not say.
    std::chrono::seconds retry_after{0};
    /// By which the server's operator finds the request in his logs; empty when none was given.
    std::string trace_id{};
};
RemoteError to_remote(const Error& error);

template <class T>
using RemoteResult = std::expected<T, RemoteError>;

/// A new key for a command: nobody guesses it.
std::string random_idempotency_key();

struct CallOptions {
    /// Empty: a random one is drawn for each call. Give one to be able to repeat a command.
    std::string idempotency_key{};
    std::chrono::milliseconds timeout{0};  ///< 0 takes the client's. In a stream: between messages.
};

/// Gives the value of the Authorization header for one request; empty for none.
/// @param body  The exact bytes that will be sent.
using Authorize =
    std::function<std::string(std::string_view verb, std::string_view path, std::string_view body)>;

/// Calls methods of the schema over Connect in binary form. Blocking; one thread at a time, but
/// `cancel`.
class RpcClient {
  public:
    explicit RpcClient(HttpClient http, Authorize authorize = {})
        : http_(std::move(http)), authorize_(std::move(authorize)) {}

    /// @param method  For instance "ContractService/PlaceOrder".
    template <class Response, class Request>
    RemoteResult<Response> call(std::string_view method, const Request& request,
                                const CallOptions& options = {}) {
        Response response;
        if (auto done = call_message(method, request, response, options); !done)
            return std::unexpected(std::move(done).error());
        return response;
    }

    /// The same for messages known by descriptor only.
    RemoteResult<void> call_message(std::string_view method,
                                    const google::protobuf::Message& request,
                                    google::protobuf::Message& response,
                                    const CallOptions& options = {});

    /// Reads a server stream to its end.
    /// @param take  Called with each message; returns whether to go on; false ends the call well.
    template <class Response, class Request>
    RemoteResult<void> stream(std::string_view method, const Request& request,
                              const std::function<bool(const Response&)>& take,
                              const CallOptions& options = {}) {
        Response response;
        return stream_messages(method, request, response, [&] { return take(response); }, options);
    }

    /// @param message  Filled anew before each call of `take`.
    RemoteResult<void> stream_messages(std::string_view method,
                                       const google::protobuf::Message& request,
                                       google::protobuf::Message& message,
                                       const std::function<bool()>& take,
                                       const CallOptions& options = {});

    /// Ends a call under way from another thread; it and later ones fail as cancelled.
    void cancel() { http_.cancel(); }
    HttpClient& http() { return http_; }

  private:
    HttpCall prepare(std::string_view path, std::string_view content_type, std::string_view body,
                     const CallOptions& options);

    HttpClient http_;
    Authorize authorize_;
};

}  // namespace penstock::transport
