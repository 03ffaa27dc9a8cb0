#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "transport/http/connection.h"
#include "transport/http/request_parser.h"
#include "transport/http/response_head.h"
#include "transport/http/worker.h"

namespace penstock::transport {

/// One connection: reads a request, hands it over, sleeps until it is answered, writes the answer,
/// and again. Pipelined requests wait in the buffer, so answers keep their order.
/// @tparam Stream  Socket or TlsStream.
template <class Stream>
class Session final : public HttpConnection,
                      public WorkerSession,
                      public std::enable_shared_from_this<Session<Stream>> {
  public:
    Session(std::shared_ptr<Worker> worker, Stream stream, Visitor visitor)
        : HttpConnection(worker->server->options.stream_bytes_max),
          worker_(std::move(worker)),
          stream_(std::move(stream)),
          peer_(std::move(visitor.peer)),
          place_(std::move(visitor.place)) {
        worker_->sessions.insert(this);
    }
    ~Session() override = default;

    Task<void> run();
    /// Leaves the worker; after it, signals reach nobody.
    void leave();

    void check(SteadyTime now) override;
    void end_when_idle() override;
    void end_now() override;

  private:
    static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;
    static constexpr std::size_t kFirstBuffer = 4096;
    static constexpr std::chrono::seconds kPatienceInACrowd{1};
    static constexpr std::size_t kBodyBuffer = 64 * 1024;
    static constexpr SteadyTime kNever = SteadyTime::max();
    static constexpr unsigned kCallerLeft = 499;
    using Code = boost::system::error_code;
    using Handler =
        typename asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;

    Socket& socket() {
        if constexpr (kTls)
            return stream_.next_layer();
        else
            return stream_;
    }
    const HttpServerOptions& options() const { return worker_->server->options; }
    void expect_within(std::chrono::milliseconds limit) { deadline_ = worker_->now + limit; }
    /// Allows a body the idle time and a second for every 4 KiB that have come: one that drips does
    /// not hold its connection for ever.
    void expect_more_body() {
        const auto earned =
            options().idle_timeout + std::chrono::milliseconds(body_bytes_ * 1000 / 4096);
        deadline_ = std::min(worker_->now + options().idle_timeout, body_start_ + earned);
    }
    void shrink();
    void wake() override;

    Task<bool> shake_hands();
    Task<bool> fill();
    Task<bool> read_head(HttpRequest& request, RequestParser& parser);
    Task<bool> read_body(HttpRequest& request, RequestParser& parser, BodyPlan& plan);
    Task<bool> serve_one();
    Task<bool> answer(const RequestParser& parser, bool is_head);
    Task<bool> write_file(const FileBody& file);
    Task<bool> write_stream(bool chunked);
    Task<bool> write(std::string_view first, std::string_view second = {});
    Task<bool> fail(unsigned status);
    void tell_observer(unsigned status);
    Task<void> wait_for_signal();
    Task<void> take_rest();
    Task<void> linger();
    Task<void> part();

    std::string_view unread() const {
        return std::string_view(buffer_).substr(buffer_start_, buffer_end_ - buffer_start_);
    }
    bool put(RequestParser& parser, Code& code);

    std::shared_ptr<Worker> worker_;  // Outlives the stream, whose executor it owns.
    Stream stream_;
    std::string peer_;
    std::unique_ptr<Occupancy::Place> place_;  // Null when the session has ended.
    SteadyTime idle_since_ = worker_->now;
    std::string buffer_;
    std::size_t buffer_start_ = 0;
    std::size_t buffer_end_ = 0;
    std::string head_;
    std::string pieces_;
    std::string verb_;
    SteadyTime began_;             ///< Of the exchange's duration; the epoch while it has none.
    bool is_turned_away_ = false;  ///< HttpHandler::admit refused the request.
    std::optional<Handler> sleeper_;
    SteadyTime deadline_ = kNever;
    SteadyTime body_start_;
    std::uint64_t body_bytes_ = 0;
    bool handling_ = false;   ///< The application has the request.
    bool idle_ = true;        ///< Between requests: nothing of the next one has come.
    bool timed_out_ = false;  ///< The deadline has passed.
    bool resting_ = false;    ///< Nothing is read before rest_end_.
    SteadyTime rest_end_;
    bool ending_ = false;  ///< No further request is read.
    bool ended_ = false;   ///< Nothing further is done at all.
};

template <class Stream>
void Session<Stream>::wake() {
    asio::post(worker_->context.get_executor(), [self = this->shared_from_this()] {
        if (!self->sleeper_) return;
        auto sleeper = *std::move(self->sleeper_);
        self->sleeper_.reset();
        std::move(sleeper)();
    });
}

template <class Stream>
Task<void> Session<Stream>::wait_for_signal() {
    if (take_signal()) co_return;
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>&, void()>(
        [this](auto handler) {
            sleeper_.emplace(std::move(handler));
            if (!begin_waiting()) wake();
        },
        kAwait);
    take_signal();
}

template <class Stream>
void Session<Stream>::check(SteadyTime now) {
    if (resting_ && now >= rest_end_) {
        resting_ = false;
        signal();
    }
    const std::size_t others = worker_->server->connections.load(std::memory_order_relaxed);
    const bool is_crowded = others > options().connections_max / 4 * 3;
    if (is_crowded && idle_ && now - idle_since_ > kPatienceInACrowd) deadline_ = now;
    if (now >= deadline_) {
        deadline_ = kNever;
        timed_out_ = true;
        Code ignored;
        socket().cancel(ignored);
        return;
    }
    if (!handling_) return;
    // While the application works, nobody reads from the socket: ask the kernel instead.
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket().native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return;
    if (info.tcpi_state == TCP_CLOSE_WAIT || info.tcpi_state == TCP_CLOSE) {
        reader_gone();
        if (streaming()) end_now();
    }
}

template <class Stream>
void Session<Stream>::end_when_idle() {
    ending_ = true;
    if (idle_ || resting_) end_now();
}

template <class Stream>
void Session<Stream>::end_now() {
    ended_ = ending_ = true;
    Code ignored;
    socket().close(ignored);
    signal();
}

template <class Stream>
void Session<Stream>::leave() {
    ended_ = true;
    Code ignored;
    socket().close(ignored);
    reader_gone();
    worker_->sessions.erase(this);
    place_.reset();
    ServerState& server = *worker_->server;
    const std::scoped_lock lock(server.mutex);
    --server.connections;
    server.none_left.notify_all();
}

/// What a large body needed is given back before a connection sits idle.
template <class Stream>
void Session<Stream>::shrink() {
    for (std::string* buffer : {&buffer_, &pieces_, &head_})
        if (buffer->capacity() > 4 * kFirstBuffer) *buffer = std::string();
    buffer_start_ = buffer_end_ = 0;
}

template <class Stream>
Task<bool> Session<Stream>::fill() {
    if (ended_) co_return false;
    if (buffer_start_ == buffer_end_) buffer_start_ = buffer_end_ = 0;
    if (buffer_start_ > 0 && buffer_end_ == buffer_.size()) {
        buffer_.erase(0, buffer_start_);
        buffer_end_ -= buffer_start_;
        buffer_start_ = 0;
        buffer_.resize(buffer_.capacity());
    }
    if (buffer_end_ == buffer_.size()) buffer_.resize(std::max(kFirstBuffer, buffer_.size() * 2));
    Code code;
    const std::size_t count = co_await stream_.async_read_some(
        asio::buffer(buffer_.data() + buffer_end_, buffer_.size() - buffer_end_),
        asio::redirect_error(kAwait, code));
    buffer_end_ += count;
    co_return !code && !ended_;
}

template <class Stream>
bool Session<Stream>::put(RequestParser& parser, Code& code) {
    const std::string_view bytes = unread();
    const bool had_head = parser.is_header_done();
    const std::size_t used = parser.put(asio::buffer(bytes.data(), bytes.size()), code);
    buffer_start_ += used;
    if (!had_head && parser.is_header_done() && RequestParser::is_folded(bytes.substr(0, used)))
        code = boost::beast::http::error::bad_obs_fold;
    if (code == boost::beast::http::error::need_more) {
        code = {};
        return false;
    }
    return used > 0 || code;
}

template <class Stream>
Task<bool> Session<Stream>::read_head(HttpRequest&, RequestParser& parser) {
    idle_ = buffer_start_ == buffer_end_;
    if (idle_) shrink();
    idle_since_ = worker_->now;
    place_->hold(0);
    timed_out_ = false;
    expect_within(idle_ ? options().idle_timeout : options().header_timeout);
    while (!parser.is_header_done()) {
        Code code;
        if (buffer_start_ != buffer_end_ && put(parser, code)) {
            if (!code) continue;
            const bool large = code == boost::beast::http::error::header_limit;
            co_return co_await fail(large ? 431 : 400);
        }
        if (!co_await fill()) {
            if (timed_out_ && !idle_) co_await fail(408);
            co_return false;
        }
        if (idle_) {
            idle_ = false;
            expect_within(options().header_timeout);
        }
    }
    co_return true;
}

/// @return Whether the body is there, or need not come.
template <class Stream>
Task<bool> Session<Stream>::read_body(HttpRequest& request, RequestParser& parser, BodyPlan& plan) {
    std::uint64_t bytes_max = options().body_bytes_max;
    if (parser.has_body()) {
        plan = worker_->server->handler->plan_body(request);
        set_route(plan.route);
        if (plan.refuse) co_return true;
        if (plan.sink) {
            bytes_max = plan.bytes_max;
            request.sink = std::move(plan.sink);
        }
        if (parser.content_length().value_or(0) > bytes_max) co_return co_await fail(413);
        if (parser.expects_continue() && buffer_start_ == buffer_end_ &&
            !co_await write("HTTP/1.1 100 Continue\r\n\r\n")) {
            tell_observer(kCallerLeft);
            co_return false;
        }
        if (buffer_.size() < kBodyBuffer && parser.content_length().value_or(kBodyBuffer) > 8192)
            buffer_.resize(kBodyBuffer);
    }
    parser.set_body_bytes_max(bytes_max);
    began_ = {};  // How long the caller takes to send is not ours to answer for.
    body_start_ = worker_->now;
    body_bytes_ = 0;
    while (!parser.is_done()) {
        Code code;
        if (put(parser, code)) {
            if (!code) continue;
            if (parser.sink_failed()) co_return co_await fail(507);
            const bool large = code == boost::beast::http::error::body_limit;
            co_return co_await fail(large ? 413 : 400);
        }
        if (parser.is_done()) break;
        // Chunk extensions and trailers have no use here, least of all a long one.
        if (unread().size() > kBodyBuffer) co_return co_await fail(400);
        expect_more_body();
        const std::size_t before = unread().size();
        if (!co_await fill()) {
            if (timed_out_) co_return co_await fail(408);
            tell_observer(kCallerLeft);
            co_return false;
        }
        body_bytes_ += unread().size() - before;
        if (!place_->hold(request.body.size() + buffer_.size())) co_return co_await fail(503);
    }
    began_ = std::chrono::steady_clock::now();
    co_return true;
}

/// @return Whether the connection goes on.
template <class Stream>
Task<bool> Session<Stream>::serve_one() {
    HttpRequest request;
    RequestParser parser(request, options().header_bytes_max);
    begin_exchange();
    set_trace({});
    began_ = {};
    is_turned_away_ = false;
    verb_.clear();
    if (!co_await read_head(request, parser)) co_return false;
    set_trace(Trace::continue_from(request.headers));
    began_ = std::chrono::steady_clock::now();
    verb_ = request.verb;
    request.peer = peer_;
    const bool is_head = request.verb == "HEAD";
    HttpHandler& handler = *worker_->server->handler;
    BodyPlan plan;
    plan.refuse = handler.admit(request);
    is_turned_away_ = static_cast<bool>(plan.refuse);
    if (!is_turned_away_ && !co_await read_body(request, parser, plan)) co_return false;
    const bool leaves_body = plan.refuse && parser.has_body();
    if (leaves_body) ending_ = true;
    deadline_ = kNever;
    take_signal();
    handling_ = true;
    try {
        Responder responder(this->shared_from_this());
        if (plan.refuse)
            plan.refuse(std::move(responder));
        else
            handler.handle(std::move(request), std::move(responder));
    } catch (...) {
        // The Responder went with the stack and has answered 500.
    }
    while (!answered() && !ended_) co_await wait_for_signal();
    handling_ = streaming();
    const bool go_on = !ended_ && co_await answer(parser, is_head);
    handling_ = false;
    tell_observer(answered() && !is_too_late() ? response().status : kCallerLeft);
    if (leaves_body && !ended_) co_await linger();
    if (go_on && response().rest.count() > 0) co_await take_rest();
    co_return go_on;
}

template <class Stream>
Task<void> Session<Stream>::take_rest() {
    deadline_ = kNever;
    take_signal();
    rest_end_ = worker_->now + response().rest;
    resting_ = !ending_;
    while (resting_ && !ended_) co_await wait_for_signal();
    resting_ = false;
}

template <class Stream>
Task<bool> Session<Stream>::answer(const RequestParser& parser, bool is_head) {
    HttpResponse& reply = response();
    if (worker_->server->stopping.load(std::memory_order_relaxed)) ending_ = true;
    const bool bodyless = reply.status == 204 || reply.status == 304 || reply.status < 200;
    HeadOptions head;
    head.date = worker_->date;
    head.trace = trace().text();
    head.http_1_0 = !parser.at_least_1_1();
    head.length = reply.file ? reply.file->size() : reply.body.size();
    if (bodyless) head.framing = Framing::none;
    if (streaming()) head.framing = parser.at_least_1_1() ? Framing::chunked : Framing::until_close;
    head.keep_alive =
        parser.keep_alive() && !reply.close && !ending_ && head.framing != Framing::until_close;
    head_.clear();
    write_head(reply, head, head_);
    const bool with_body = !bodyless && !is_head;
    expect_within(options().idle_timeout);
    if (streaming()) {
        if (!co_await write(head_)) co_return false;
        if (!co_await write_stream(head.framing == Framing::chunked)) co_return false;
    } else if (reply.file && with_body) {
        if (!co_await write(head_) || !co_await write_file(*reply.file)) co_return false;
    } else if (!co_await write(head_,
                               with_body ? std::string_view(reply.body) : std::string_view())) {
        co_return false;
    }
    if (head.keep_alive) co_return true;
    co_await part();
    co_return false;
}

template <class Stream>
Task<bool> Session<Stream>::write_file(const FileBody& file) {
    pieces_.resize(128 * 1024);
    for (std::uint64_t sent = 0; sent < file.size();) {
        const std::size_t wanted = std::min<std::uint64_t>(pieces_.size(), file.size() - sent);
        const ssize_t count = ::pread(file.descriptor(), pieces_.data(), wanted,
                                      static_cast<off_t>(file.offset() + sent));
        if (count <= 0) co_return false;  // Cut off: the length promised cannot be kept.
        sent += static_cast<std::uint64_t>(count);
        expect_within(options().idle_timeout);
        if (!co_await write({pieces_.data(), static_cast<std::size_t>(count)})) co_return false;
    }
    co_return true;
}

template <class Stream>
Task<bool> Session<Stream>::write_stream(bool chunked) {
    while (true) {
        const Pieces state = take_pieces(pieces_);
        if (state.broken || ended_) co_return false;
        if (!pieces_.empty()) {
            std::array<char, 20> size_line;
            auto end =
                std::to_chars(size_line.data(), size_line.data() + 16, pieces_.size(), 16).ptr;
            *end++ = '\r';
            *end++ = '\n';
            if (chunked) pieces_.append("\r\n");
            expect_within(options().idle_timeout);
            const std::string_view size(size_line.data(),
                                        static_cast<std::size_t>(end - size_line.data()));
            if (!co_await write(chunked ? size : std::string_view(), pieces_)) co_return false;
            deadline_ = kNever;
        }
        if (state.finished) co_return !chunked || co_await write("0\r\n\r\n");
        co_await wait_for_signal();
    }
}

template <class Stream>
Task<bool> Session<Stream>::write(std::string_view first, std::string_view second) {
    if (ended_) co_return false;
    Code code;
    std::array<asio::const_buffer, 2> buffers{asio::buffer(first.data(), first.size()),
                                              asio::buffer(second.data(), second.size())};
    if constexpr (!kTls) {
        // Nearly every answer fits the kernel's buffer: spare the loop a round.
        const std::size_t sent = stream_.write_some(buffers, code);
        if (!code && sent == first.size() + second.size()) co_return true;
        if (code && code != asio::error::would_block) co_return false;
        const std::size_t of_first = std::min(sent, first.size());
        buffers[0] += of_first;
        buffers[1] += sent - of_first;
    }
    // Who does not read shall not make us keep much for long.
    if (!place_->hold(buffers[0].size() + buffers[1].size())) co_return false;
    co_await asio::async_write(stream_, buffers, asio::redirect_error(kAwait, code));
    co_return !code && !ended_;
}

template <class Stream>
Task<bool> Session<Stream>::fail(unsigned status) {
    timed_out_ = false;
    if (!trace()) set_trace(Trace::begin());
    tell_observer(status);
    if (ended_) co_return false;
    const HttpResponse reply = fault_response(status);
    head_.clear();
    write_head(reply,
               {.length = reply.body.size(),
                .keep_alive = false,
                .date = worker_->date,
                .trace = trace().text()},
               head_);
    expect_within(options().header_timeout);
    if (co_await write(head_, reply.body)) co_await linger();
    co_return false;
}

template <class Stream>
void Session<Stream>::tell_observer(unsigned status) {
    if (options().observer == nullptr) return;
    HttpExchange exchange{.verb = verb_,
                          .route = route(),
                          .caller = {},
                          .reason = {},
                          .trace = trace(),
                          .status = status,
                          .is_stream = streaming(),
                          .is_turned_away = is_turned_away_};
    // What is not answered, some other thread may still be writing about.
    if (answered()) {
        exchange.caller = caller();
        exchange.reason = reason();
    }
    if (began_ != SteadyTime()) exchange.duration = std::chrono::steady_clock::now() - began_;
    options().observer->on_exchange(exchange);
}

/// Says that nothing follows, and reads on for a moment: to close with bytes unread would make the
/// kernel reset the connection, and the peer might never see the answer.
template <class Stream>
Task<void> Session<Stream>::linger() {
    co_await part();
    expect_within(std::min(options().header_timeout, std::chrono::milliseconds(2000)));
    Code code;
    pieces_.resize(kBodyBuffer);
    for (std::size_t drained = 0; !code && !ended_ && drained < (4u << 20);)
        drained += co_await socket().async_read_some(asio::buffer(pieces_),
                                                     asio::redirect_error(kAwait, code));
}

template <class Stream>
Task<void> Session<Stream>::part() {
    Code code;
    if constexpr (kTls) {
        expect_within(std::chrono::milliseconds(1000));
        // Sends close_notify; the peer's own is not waited for longer than that.
        ::SSL_set_quiet_shutdown(stream_.native_handle(), 0);
        co_await stream_.async_shutdown(asio::redirect_error(kAwait, code));
    }
    socket().shutdown(asio::socket_base::shutdown_send, code);
}

template <class Stream>
Task<bool> Session<Stream>::shake_hands() {
    if constexpr (kTls) {
        expect_within(options().header_timeout);
        Code code;
        co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(kAwait, code));
        co_return !code && !ended_;
    }
    co_return true;
}

template <class Stream>
Task<void> Session<Stream>::run() {
    Code ignored;
    socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    socket().non_blocking(true, ignored);
    try {
        if (co_await shake_hands())
            while (!ending_ && co_await serve_one()) {
            }
    } catch (...) {
        // Out of memory, in the main: this connection ends, the others go on.
    }
    leave();
}

template <class Stream>
void serve(std::shared_ptr<Worker> worker, Stream stream, Visitor visitor) {
    auto session = std::make_shared<Session<Stream>>(worker, std::move(stream), std::move(visitor));
    asio::co_spawn(
        worker->context.get_executor(), [session]() -> Task<void> { return session->run(); },
        asio::detached);
}

}  // namespace penstock::transport
