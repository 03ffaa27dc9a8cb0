#include "bench/blast.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

namespace penstock::bench {
namespace {

struct Connection {
    int socket = -1;
    std::string received;
};

int connect_from(const char* from, std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &own.sin_addr);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0 &&
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0)
        return descriptor;
    ::close(descriptor);
    return -1;
}

/// The size of a whole answer at the start of `received`, when it is there.
std::optional<std::size_t> complete_size(std::string_view received) {
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const std::size_t head_end = received.find("\r\n\r\n");
    if (head_end == std::string_view::npos) return std::nullopt;
    std::size_t length = 0;
    const std::size_t at = received.find(kLength);
    if (at < head_end)
        std::from_chars(received.data() + at + kLength.size(), received.data() + head_end, length);
    const std::size_t size = head_end + 4 + length;
    return received.size() < size ? std::nullopt : std::optional(size);
}

}  // namespace

Blast::Blast(Options options) : options_(std::move(options)), thread_([this] { run(); }) {}

Blast::~Blast() {
    stopping_ = true;
    thread_.join();
}

void Blast::run() {
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> connections(options_.connections);
    unsigned long number = 0;
    const auto ask = [&](const Connection& connection) {
        char key[17];
        std::snprintf(key, sizeof key, "%016lx", ++number);
        const std::string request = options_.before_key + key + options_.after_key;
        ::send(connection.socket, request.data(), request.size(), MSG_NOSIGNAL);
    };
    const auto open = [&](Connection& connection) {
        if (connection.socket >= 0) ::close(connection.socket);
        connection = {.socket = connect_from(options_.from, options_.port), .received = {}};
        epoll_event interest{};
        interest.events = EPOLLIN;
        interest.data.ptr = &connection;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, connection.socket, &interest);
        ask(connection);
    };
    for (Connection& connection : connections) open(connection);
    std::vector<epoll_event> ready(connections.size());
    std::vector<char> buffer(256 * 1'024);
    while (!stopping_) {
        const int count = ::epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), 20);
        for (int i = 0; i < count; ++i) {
            auto& connection =
                *static_cast<Connection*>(ready[static_cast<std::size_t>(i)].data.ptr);
            const ssize_t size = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
            if (size <= 0) {
                // Turned away with its connection: comes back at once, as such clients do.
                ++refused_;
                open(connection);
                continue;
            }
            connection.received.append(buffer.data(), static_cast<std::size_t>(size));
            const auto whole = complete_size(connection.received);
            if (!whole) continue;
            ++(connection.received.starts_with("HTTP/1.1 200 ") ? answered_ : refused_);
            connection.received.erase(0, *whole);
            ask(connection);
        }
    }
    for (const Connection& connection : connections) ::close(connection.socket);
    ::close(poll);
}

}  // namespace penstock::bench
