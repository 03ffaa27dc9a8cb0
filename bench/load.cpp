#include "bench/load.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <optional>
#include <vector>

#include "bench/script.h"
#include "bench/stopwatch.h"

namespace penstock::bench {
namespace {

struct Connection {
    int socket = -1;
    std::string request;
    std::string received;
};

int connect_to(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    if (descriptor < 0 ||
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0)
        give_up(std::string("cannot connect: ") + std::strerror(errno));
    return descriptor;
}

void send(const Connection& connection) {
    const auto size = static_cast<ssize_t>(connection.request.size());
    if (::send(connection.socket, connection.request.data(), connection.request.size(), 0) != size)
        give_up("a request could not be sent");
}

/// The size of the body when the reply is complete; ends the program when it is not a good one.
std::optional<std::size_t> complete_body(std::string_view received) {
    constexpr std::string_view kLength = "\r\ncontent-length: ";
    const std::size_t head_end = received.find("\r\n\r\n");
    if (head_end == std::string_view::npos) return std::nullopt;
    if (!received.starts_with("HTTP/1.1 200 "))
        give_up("a request was answered with\n" + std::string(received));
    std::string head(received.substr(0, head_end + 2));
    for (char& letter : head) letter = letter >= 'A' && letter <= 'Z' ? letter | 32 : letter;
    const std::size_t at = head.find(kLength);
    if (at == std::string::npos) give_up("a reply has no length:\n" + head);
    std::size_t length = 0;
    std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), length);
    if (received.size() < head_end + 4 + length) return std::nullopt;
    return length;
}

}  // namespace

LoadResult load(const LoadOptions& options,
                const std::function<void(std::string& request)>& write_request) {
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> connections(options.connections);
    for (Connection& connection : connections) {
        connection.socket = connect_to(options.port);
        epoll_event interest{};
        interest.events = EPOLLIN;
        interest.data.ptr = &connection;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, connection.socket, &interest);
    }
    LoadResult result;
    std::size_t answered = 0;
    std::size_t under_way = connections.size();
    const Stopwatch watch;
    for (Connection& connection : connections) {
        write_request(connection.request);
        send(connection);
    }
    std::vector<epoll_event> ready(connections.size());
    std::vector<char> buffer(256 * 1'024);
    while (under_way > 0) {
        const int count = ::epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), 10'000);
        if (count <= 0) give_up("no answer for ten seconds");
        for (int i = 0; i < count; ++i) {
            auto& connection =
                *static_cast<Connection*>(ready[static_cast<std::size_t>(i)].data.ptr);
            const ssize_t size = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
            if (size <= 0) give_up("a connection was closed");
            connection.received.append(buffer.data(), static_cast<std::size_t>(size));
            const auto body = complete_body(connection.received);
            if (!body) continue;
            result.reply_bytes = *body;
            ++answered;
            --under_way;
            if (watch.seconds() >= options.seconds) continue;
            ++under_way;
            connection.received.clear();
            write_request(connection.request);
            send(connection);
        }
    }
    result.requests_per_second = static_cast<double>(answered) / watch.seconds();
    for (const Connection& connection : connections) ::close(connection.socket);
    ::close(poll);
    return result;
}

}  // namespace penstock::bench
