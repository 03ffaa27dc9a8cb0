#include "transport/http/server.h"

#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "base/try.h"
#include "transport/http/error.h"
#include "transport/http/response_head.h"
#include "transport/http/worker.h"

namespace penstock::transport {
namespace {

using asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Code = boost::system::error_code;
using std::chrono::milliseconds;

std::string peer_text(const tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    const std::string port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

Occupancy::Address counted(const asio::ip::address& address) {
    if (address.is_v4())
        return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
    auto bytes = address.to_v6().to_bytes();
    if (!address.to_v6().is_v4_mapped()) std::fill(bytes.begin() + 8, bytes.end(), 0);
    return bytes;
}

/// The descriptors that others need are left to them.
std::size_t bounded_by_descriptors(std::size_t connections) {
    constexpr rlim_t kLeftToOthers = 128;
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return connections;
    const rlim_t left = descriptors.rlim_cur - std::min(descriptors.rlim_cur / 2, kLeftToOthers);
    return std::min<std::size_t>(connections, left);
}

Result<std::unique_ptr<asio::ssl::context>> make_tls(const HttpServerOptions& options) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    Code code;
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                             asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                             asio::ssl::context::no_tlsv1_1,
                         code);
    if (code) return reject(kHttpTlsSetup, {}, code.message());
    context->use_certificate_chain(asio::buffer(options.certificate_pem), code);
    if (code) return reject(kHttpTlsSetup, "certificate", code.message());
    context->use_private_key(asio::buffer(options.private_key_pem), asio::ssl::context::pem, code);
    if (code) return reject(kHttpTlsSetup, "private_key", code.message());
    return context;
}

/// Wakes often enough that a deadline is missed by a quarter of itself at most.
milliseconds sweep_interval(const HttpServerOptions& options) {
    const auto shortest = std::min(options.idle_timeout, options.header_timeout);
    return std::clamp(shortest / 4, milliseconds(10), milliseconds(250));
}

Task<void> sweep(std::shared_ptr<Worker> worker, std::shared_ptr<Timer> timer) {
    const auto interval = sweep_interval(worker->server->options);
    Code code;
    // The flag, too: a cancellation misses a timer that has just expired.
    while (!code && !worker->ending) {
        worker->now = std::chrono::steady_clock::now();
        worker->date = http_date(std::chrono::duration_cast<std::chrono::seconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count());
        // A check may call the application, which may end the session: walk over a copy.
        const std::vector<WorkerSession*> sessions(worker->sessions.begin(),
                                                   worker->sessions.end());
        for (auto* session : sessions)
            if (worker->sessions.contains(session)) session->check(worker->now);
        timer->expires_after(interval);
        co_await timer->async_wait(asio::redirect_error(kAwait, code));
    }
}

class AsioServer final : public HttpServer {
  public:
    AsioServer(std::shared_ptr<ServerState> state, std::vector<std::shared_ptr<Worker>> workers)
        : state_(std::move(state)), workers_(std::move(workers)), acceptor_(workers_[0]->context) {}
    ~AsioServer() override { stop(milliseconds(0)); }

    Result<void> take_address();
    Result<void> serve(HttpHandler& handler) override;
    std::uint16_t port() const override { return port_; }
    void stop(milliseconds deadline) override;
    std::size_t connections() const override { return state_->connections; }

  private:
    void run();
    std::unexpected<Error> listen_failed(const Code& code) const;
    Task<void> accept();
    void adopt(const std::shared_ptr<Worker>& worker, Socket socket);
    void turn_away(Socket socket, unsigned status) const;
    template <class Call>
    void on_each_session(Call call);

    std::shared_ptr<ServerState> state_;
    std::vector<std::shared_ptr<Worker>> workers_;
    std::vector<std::shared_ptr<Timer>> timers_;
    std::vector<std::thread> threads_;
    Acceptor acceptor_;
    std::uint16_t port_ = 0;
};

std::unexpected<Error> AsioServer::listen_failed(const Code& code) const {
    return reject(kHttpListenFailed, {},
                  state_->options.address + ":" + std::to_string(state_->options.port) + ": " +
                      code.message() + "." +
                      (code == asio::error::address_in_use
                           ? " Another program listens there: end it, or take another port."
                           : ""));
}

Result<void> AsioServer::take_address() {
    Code code;
    const auto address = asio::ip::make_address(state_->options.address, code);
    if (code)
        return reject(kHttpListenFailed, {},
                      "'" + state_->options.address +
                          "' is no IP address; give one such as 127.0.0.1, or 0.0.0.0 for all.");
    const tcp::endpoint endpoint(address, state_->options.port);
    if (!code) acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(asio::socket_base::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (code) return listen_failed(code);
    port_ = acceptor_.local_endpoint().port();
    return {};
}

Result<void> AsioServer::serve(HttpHandler& handler) {
    state_->handler = &handler;
    Code code;
    acceptor_.listen(asio::socket_base::max_listen_connections, code);
    if (code) return listen_failed(code);
    run();
    return {};
}

void AsioServer::run() {
    asio::co_spawn(
        workers_[0]->context.get_executor(), [this] { return accept(); }, asio::detached);
    for (const auto& worker : workers_) {
        auto timer = timers_.emplace_back(std::make_shared<Timer>(worker->context));
        asio::co_spawn(
            worker->context.get_executor(), [worker, timer] { return sweep(worker, timer); },
            asio::detached);
        threads_.emplace_back([worker] { worker->context.run(); });
    }
}

Task<void> AsioServer::accept() {
    std::size_t next = 0;
    Timer pause(workers_[0]->context);
    while (!state_->stopping) {
        const auto& worker = workers_[next++ % workers_.size()];
        Code code;
        Socket socket =
            co_await acceptor_.async_accept(worker->context, asio::redirect_error(kAwait, code));
        if (state_->stopping) co_return;
        if (code) {
            // Out of descriptors, or the peer left at once: neither is a reason to stop.
            pause.expires_after(milliseconds(20));
            co_await pause.async_wait(asio::redirect_error(kAwait, code));
        } else if (state_->connections >= state_->options.connections_max) {
            turn_away(std::move(socket), 503);
        } else {
            adopt(worker, std::move(socket));
        }
    }
}

void AsioServer::adopt(const std::shared_ptr<Worker>& worker, Socket socket) {
    Code code;
    const auto endpoint = socket.remote_endpoint(code);
    if (code) return;  // Already gone.
    auto place = state_->occupancy->enter(counted(endpoint.address()));
    if (!place) return turn_away(std::move(socket), 429);
    ++state_->connections;
    asio::post(worker->context.get_executor(),
               [worker, socket = std::move(socket),
                visitor = Visitor{peer_text(endpoint), std::move(place)}]() mutable {
                   try {
                       if (worker->server->tls)
                           serve_tls(worker, std::move(socket), std::move(visitor));
                       else
                           serve_plain(worker, std::move(socket), std::move(visitor));
                   } catch (...) {
                       --worker->server->connections;  // Out of memory before it began.
                   }
               });
}

void AsioServer::turn_away(Socket socket, unsigned status) const {
    Code code;
    const Trace trace = Trace::begin();
    const HttpResponse reply = fault_response(status);
    if (state_->options.observer != nullptr)
        state_->options.observer->on_exchange({.verb = {},
                                               .route = {},
                                               .caller = {},
                                               .reason = {},
                                               .trace = trace,
                                               .status = reply.status,
                                               .is_turned_away = true});
    if (!state_->tls) {
        std::string text;
        write_head(reply,
                   {.length = reply.body.size(),
                    .keep_alive = false,
                    .date = workers_[0]->date,
                    .trace = trace.text()},
                   text);
        text += reply.body;
        socket.non_blocking(true, code);
        socket.write_some(asio::buffer(text), code);
        socket.shutdown(asio::socket_base::shutdown_send, code);
    }
    socket.close(code);
}

template <class Call>
void AsioServer::on_each_session(Call call) {
    for (const auto& worker : workers_) {
        asio::post(worker->context.get_executor(), [worker, call] {
            const std::vector<WorkerSession*> sessions(worker->sessions.begin(),
                                                       worker->sessions.end());
            for (auto* session : sessions)
                if (worker->sessions.contains(session)) call(*session);
        });
    }
}

void AsioServer::stop(milliseconds deadline) {
    if (threads_.empty()) return;
    state_->stopping = true;
    asio::post(workers_[0]->context.get_executor(), [this] {
        Code ignored;
        acceptor_.close(ignored);
    });
    on_each_session([](WorkerSession& session) { session.end_when_idle(); });
    {
        std::unique_lock lock(state_->mutex);
        const auto none = [&] { return state_->connections == 0; };
        if (!state_->none_left.wait_for(lock, deadline, none)) {
            lock.unlock();
            on_each_session([](WorkerSession& session) { session.end_now(); });
            lock.lock();
            state_->none_left.wait(lock, none);
        }
    }
    for (std::size_t i = 0; i < workers_.size(); ++i)
        asio::post(workers_[i]->context.get_executor(), [worker = workers_[i], timer = timers_[i]] {
            worker->ending = true;
            timer->cancel();
        });
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options,
                                                      HttpHandler& handler) {
    TRY_ASSIGN(auto server, bind(std::move(options)));
    TRY(server->serve(handler));
    return server;
}

Result<std::unique_ptr<HttpServer>> HttpServer::bind(HttpServerOptions options) {
    auto state = std::make_shared<ServerState>();
    if (!options.certificate_pem.empty()) {
        TRY_ASSIGN(state->tls, make_tls(options));
    }
    state->options = std::move(options);
    state->options.connections_max = bounded_by_descriptors(state->options.connections_max);
    state->occupancy = std::make_unique<Occupancy>(
        Occupancy::Bounds{.connections_max = state->options.address_connections_max,
                          .bytes_max = state->options.held_bytes_max,
                          .address_bytes_max = state->options.address_held_bytes_max});
    std::vector<std::shared_ptr<Worker>> workers;
    for (unsigned i = 0; i < std::max(1u, state->options.threads); ++i)
        workers.push_back(std::make_shared<Worker>(state));
    auto server = std::make_unique<AsioServer>(state, std::move(workers));
    TRY(server->take_address());
    return server;
}

}  // namespace penstock::transport
