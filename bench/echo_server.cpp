// The peer that the exchange's HTTP side is measured against: Beast alone, no routing, no schema.
//
// echo_server [PORT]: answers every request with its own body, one thread, one coroutine a
// connection, keep-alive. Prints the port that it listens on (any free one by default).
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using Executor = asio::io_context::executor_type;
using Stream = beast::basic_stream<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> kAwait;

Task<void> serve(Stream stream) {
    stream.socket().set_option(tcp::no_delay(true));
    beast::flat_buffer buffer;
    try {
        while (true) {
            http::request<http::string_body> request;
            co_await http::async_read(stream, buffer, request, kAwait);
            http::response<http::string_body> response(http::status::ok, request.version());
            response.set(http::field::content_type, "application/json");
            response.keep_alive(request.keep_alive());
            response.body() = std::move(request.body());
            response.prepare_payload();
            co_await http::async_write(stream, response, kAwait);
            if (!request.keep_alive()) break;
        }
    } catch (const std::exception&) {
        // The client has gone, or spoke no HTTP.
    }
}

Task<void> accept(Acceptor& acceptor) {
    while (true) {
        auto socket = co_await acceptor.async_accept(kAwait);
        asio::co_spawn(acceptor.get_executor(), serve(Stream(std::move(socket))), asio::detached);
    }
}

}  // namespace

int main(int count, char** arguments) {
    const auto port = static_cast<unsigned short>(count > 1 ? std::atoi(arguments[1]) : 0);
    asio::io_context context(1);
    Acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), port));
    std::printf("%u\n", unsigned{acceptor.local_endpoint().port()});
    std::fflush(stdout);
    asio::co_spawn(context, accept(acceptor), asio::detached);
    context.run();
}
