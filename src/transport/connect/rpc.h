#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "transport/http/server.h"
#include "transport/schema/method_table.h"

namespace penstock::transport {

/// What is known of a call besides its request. Owns the HTTP request: signatures over verb, target
/// and body can be checked on the very bytes that came.
struct RpcContext {
    HttpRequest http;
    /// When the caller stops waiting, from Connect-Timeout-Ms; nothing when it did not say.
    std::optional<std::chrono::steady_clock::time_point> deadline;

    std::string_view authorization() const { return http.headers.value("authorization"); }
    std::string_view idempotency_key() const { return http.headers.value("idempotency-key"); }
    std::string_view peer() const { return http.peer; }
};

/// The shape in which an answer goes back.
enum class RpcWire : std::uint8_t {
    connect_json,
    connect_binary,
    connect_stream_json,
    connect_stream_binary,
    rest_json,    ///< One JSON document.
    rest_lines,   ///< A stream as JSON lines, application/x-ndjson.
    rest_events,  ///< A stream as server-sent events, text/event-stream.
};

/// The way to answer one call, from any thread, at any time, once.
///
/// Movable. Unary: `reply`, `reply_bytes` or `fail`. Streaming: any number of `send`, then `end` or
/// `fail`. One that is destroyed without an answer fails as internal. Not for two threads at once.
class RpcResponder {
  public:
    RpcResponder() = default;
    RpcResponder(Responder responder, const Method& method, RpcWire wire);

    const Method& method() const { return *method_; }

    /// For the server's observer; see Responder.
    void set_caller(std::string caller) { responder_.set_caller(std::move(caller)); }

    /// Adds a header to the answer, good or bad. Before the answer, or a stream's first message.
    void add_header(std::string_view name, std::string_view value) { extra_.add(name, value); }

    void reply(const google::protobuf::Message& message);
    /// The same from a serialised message, which the binary form passes on as it is.
    /// @param bytes  Of the method's response type.
    void reply_bytes(std::string bytes);
    /// Ends a unary call, or a stream begun or not, with an error. One that says when to come again
    /// is told with Retry-After, and the connection takes a rest (HttpResponse::rest).
    void fail(const Error& error);

    /// Sends one message of a stream. Never blocks.
    StreamState send(const google::protobuf::Message& message);
    /// Ends a stream well.
    void end();

    /// As Responder::on_close and on_drain.
    void on_close(std::function<void()> call) { responder_.on_close(std::move(call)); }
    void on_drain(std::function<void()> call) { responder_.on_drain(std::move(call)); }

    explicit operator bool() const { return static_cast<bool>(responder_); }

  private:
    void start_stream(HttpResponse head);
    void send(HttpResponse response);
    void add_extra(HttpResponse& response) const;

    Responder responder_;
    const Method* method_ = nullptr;
    RpcWire wire_ = RpcWire::rest_json;
    bool started_ = false;
    Headers extra_;
};

/// The application behind the router. Called on the server's threads, several at once: must not
/// block.
class RpcHandler {
  public:
    virtual ~RpcHandler() = default;
    /// @param request  Of the method's request type, strictly read: nothing unknown is in it.
    virtual void call(const Method& method, RpcContext context,
                      std::unique_ptr<google::protobuf::Message> request,
                      RpcResponder responder) = 0;
};

}  // namespace penstock::transport
