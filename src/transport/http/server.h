#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "transport/http/message.h"
#include "transport/http/trace.h"

namespace penstock::transport {

/// One request and its answer, when both are over. What is viewed holds during the call.
struct HttpExchange {
    std::string_view verb;    ///< As sent, whatever it is; empty when no head could be read.
    std::string_view route;   ///< What the application named it; empty when it never saw it.
    std::string_view caller;  ///< Likewise.
    std::string_view reason;  ///< Of an error, for machines; empty when the application gave none.
    const Trace& trace;
    unsigned status = 0;          ///< 499: the caller left before the answer.
    bool is_stream = false;       ///< The answer had no length at its beginning.
    bool is_turned_away = false;  ///< For a limit, unread. Such may come in floods.
    /// From the end of the request to that of the answer. From the end of the head where the body
    /// was not asked for; 0 where the request never came to its end.
    std::chrono::nanoseconds duration{0};
};

/// Told of every exchange. Called on the server's threads, several at once: must not block.
class HttpObserver {
  public:
    virtual ~HttpObserver() = default;
    virtual void on_exchange(const HttpExchange& exchange) = 0;
};

struct HttpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;         ///< 0 takes any free port; HttpServer::port() tells which.
    std::string certificate_pem{};  ///< Chain, as PEM text; empty for plain HTTP.
    std::string private_key_pem{};
    std::size_t body_bytes_max = 4u << 20;     ///< Of bodies without a sink; beyond: 413.
    std::size_t header_bytes_max = 16u << 10;  ///< Request line included; beyond: 431.
    /// Beyond: 503, and closed. Never more than descriptors may be open, but for some that others
    /// need. Above three quarters, who is idle for a second makes room.
    std::size_t connections_max = 16'384;
    std::size_t address_connections_max = 1'024;  ///< From one address; beyond: 429, and closed.
    /// What connections may hold in memory of bodies and answers under way, but for some KiB each:
    /// in all, and those of one address. Beyond: 503, or the connection ends.
    std::size_t held_bytes_max = 512u << 20;
    std::size_t address_held_bytes_max = 64u << 20;
    std::size_t stream_bytes_max = 8u << 20;  ///< Waiting to be sent; a slower reader is cut off.
    /// A connection without a request, or without progress in a body either way, is closed after
    /// it.
    std::chrono::milliseconds idle_timeout{60'000};
    /// From the first byte of a request to the end of its headers; beyond: 408.
    std::chrono::milliseconds header_timeout{10'000};
    unsigned threads = 1;
    HttpObserver* observer = nullptr;  ///< Outlives the server.
};

enum class StreamState {
    open,    ///< Taken, and more is welcome.
    full,    ///< Taken, but much is waiting: write no more until on_drain.
    closed,  ///< The reader has gone; nothing more will be sent.
};

class HttpConnection;

/// The way to answer one request, from any thread, at any time, once.
///
/// Movable. Either `send`, or `start_stream`, any number of `write`, and `finish`. One that is
/// destroyed without an answer answers 500; without `finish`, breaks the connection off, so that
/// the reader can tell. May outlive the server; then it does nothing. Not for two threads at once.
class Responder {
  public:
    Responder() = default;
    explicit Responder(std::shared_ptr<HttpConnection> connection);
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&& other) noexcept;
    ~Responder();

    /// Of the request; none once it is answered.
    Trace trace() const;
    /// For the server's observer: what is asked, from a bounded set of names, with static lifetime.
    /// While HttpHandler::handle runs.
    void set_route(std::string_view route);
    /// The same: who asks, in a form that may be logged. Before send() or start_stream().
    void set_caller(std::string caller);
    /// The same: why it is refused. With static lifetime; before send() or start_stream().
    void set_reason(std::string_view reason);

    /// Adds a header to the answer, whatever else it will be. Before send() or start_stream().
    void add_header(std::string_view name, std::string_view value);
    void send(HttpResponse response);
    /// Whatever the answer says of a rest: others' requests come on the same connection. Before it.
    void take_no_rest() { may_rest_ = false; }

    /// Sends the head of an answer of unknown length; its body is ignored.
    void start_stream(HttpResponse head);
    /// Adds a piece. Never blocks. Taken even when `full` is returned.
    StreamState write(std::string_view piece);
    /// Ends the stream; `on_close` is not called any more, though a call under way may still end.
    void finish();

    /// Asks to be told, once, on the connection's thread, when the reader has gone. Called at once,
    /// on this thread, when it has gone already.
    /// @param call  Must not wait, nor use this Responder.
    void on_close(std::function<void()> call);
    /// Asks to be told each time that a `full` stream has room again, on the connection's thread.
    void on_drain(std::function<void()> call);

    explicit operator bool() const { return connection_ != nullptr; }

  private:
    void abandon();

    void add_extra(HttpResponse& response) const;

    std::shared_ptr<HttpConnection> connection_;
    std::unique_ptr<Headers> extra_;  ///< Null when none were added.
    bool may_rest_ = true;
};

/// Answers a request whose body is not read.
using Refusal = std::move_only_function<void(Responder)>;

/// What becomes of a request's body, decided from its head.
struct BodyPlan {
    std::unique_ptr<BodySink> sink{};  ///< Null: the body comes as one string.
    std::uint64_t bytes_max = 0;       ///< With a sink; beyond: 413.
    std::string_view route{};          ///< As Responder::set_route has it.
    Refusal refuse{};                  ///< When given, answers; the connection ends then.
};

/// The application behind a server. Called on the server's threads, several at once: must not
/// block.
class HttpHandler {
  public:
    virtual ~HttpHandler() = default;
    /// Asked about each request when its head has come: whether some limit turns it away.
    /// @param head  Complete but for its body.
    /// @return Empty to admit it. If a request with a body is refused, the connection ends then.
    virtual Refusal admit(const HttpRequest& head);
    /// @param head  Complete but for its body; called only for requests that may have one.
    virtual BodyPlan plan_body(const HttpRequest& head);
    virtual void handle(HttpRequest request, Responder responder) = 0;
};

/// An HTTP/1.1 server with keep-alive, pipelining (answers in order) and optional TLS 1.2 or later.
class HttpServer {
  public:
    /// Listens and starts its threads.
    /// @param handler  Outlives the server.
    /// @retval kHttpListenFailed, kHttpTlsSetup
    static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options,
                                                     HttpHandler& handler);
    /// The first half of it: takes the address, certificate and key. Until `serve`, connections are
    /// refused.
    /// @retval kHttpListenFailed
    /// @retval kHttpTlsSetup  Its field is certificate or private_key.
    static Result<std::unique_ptr<HttpServer>> bind(HttpServerOptions options);
    /// The other half. Once, after `bind`.
    /// @param handler  Outlives the server.
    /// @retval kHttpListenFailed  Another program has begun to listen there meanwhile.
    virtual Result<void> serve(HttpHandler& handler) = 0;
    /// Stops at once if `stop` was not called.
    virtual ~HttpServer() = default;

    virtual std::uint16_t port() const = 0;
    /// Stops listening, closes idle connections, lets requests under way finish until the deadline,
    /// and cuts off the rest. Blocks until all threads have ended. Once. Not from a server thread.
    virtual void stop(std::chrono::milliseconds deadline) = 0;
    virtual std::size_t connections() const = 0;
};

}  // namespace penstock::transport
