#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "transport/http/occupancy.h"
#include "transport/http/server.h"

namespace penstock::transport {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using TlsStream = asio::ssl::stream<Socket>;
using SteadyTime = std::chrono::steady_clock::time_point;
template <class T>
using Task = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> kAwait;

/// What a worker asks of its connections. All calls come on the worker's thread.
class WorkerSession {
  public:
    virtual ~WorkerSession() = default;
    /// Acts on deadlines that have passed, and looks whether the peer has gone.
    virtual void check(SteadyTime now) = 0;
    /// Ends now if no request is under way, and otherwise after its answer.
    virtual void end_when_idle() = 0;
    virtual void end_now() = 0;
};

/// What all threads of a server share.
struct ServerState {
    HttpServerOptions options;
    HttpHandler* handler = nullptr;
    std::unique_ptr<Occupancy> occupancy;
    std::unique_ptr<asio::ssl::context> tls;
    std::atomic<std::size_t> connections{0};
    std::atomic<bool> stopping{false};
    std::mutex mutex;
    std::condition_variable none_left;  ///< Notified whenever a connection ends.
};

/// One thread's loop and the connections it serves. A connection never moves to another.
struct Worker {
    explicit Worker(std::shared_ptr<ServerState> server_state) : server(std::move(server_state)) {}

    asio::io_context context{1};
    std::shared_ptr<ServerState> server;
    std::unordered_set<WorkerSession*> sessions;
    std::string date;  ///< For the Date header; renewed by the sweep.
    SteadyTime now = std::chrono::steady_clock::now();
    bool ending = false;  ///< No session is left: the sweep has nothing more to do.
};

/// Who a connection comes from, and its place among the others.
struct Visitor {
    std::string peer;
    std::unique_ptr<Occupancy::Place> place;
};

/// Serves one accepted connection until its end. Call on the worker's thread.
void serve_plain(std::shared_ptr<Worker> worker, Socket socket, Visitor visitor);
void serve_tls(std::shared_ptr<Worker> worker, Socket socket, Visitor visitor);

}  // namespace penstock::transport
