#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "transport/http/server.h"

namespace penstock::transport {

/// A raw TCP client for tests: sends any bytes, reads what comes until a deadline.
class RawClient {
  public:
    /// @param from  The loopback address to call from, for instance 127.0.0.2.
    explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1")
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        if (::inet_pton(AF_INET, from, &own.sin_addr) != 1 ||
            ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
            return;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address),
                               sizeof address) == 0;
    }
    ~RawClient() { close(); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return connected_; }
    void close() {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = -1;
    }
    void end_sending() const { ::shutdown(descriptor_, SHUT_WR); }
    bool send(std::string_view bytes) const {
        return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }
    /// Reads until `done` holds for all that has come, the peer closes, or 10 s have passed.
    std::string read_until(const std::function<bool(const std::string&)>& done) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!done(text_) && std::chrono::steady_clock::now() < deadline) {
            pollfd polled{descriptor_, POLLIN, 0};
            if (::poll(&polled, 1, 100) <= 0) continue;
            std::array<char, 4096> buffer;
            const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
            if (count <= 0) {
                closed_ = true;
                break;
            }
            text_.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return text_;
    }
    std::string read_to_end() {
        return read_until([](const std::string&) { return false; });
    }
    bool closed() const { return closed_; }

  private:
    int descriptor_;
    bool connected_ = false;
    bool closed_ = false;
    std::string text_;
};

/// Something that another thread says once, waited for with a deadline.
class Event {
  public:
    void set() {
        const std::scoped_lock lock(mutex_);
        set_ = true;
        changed_.notify_all();
    }
    bool wait() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return set_; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool set_ = false;
};

/// Keeps what it hears, for a look from another thread.
class Recorder final : public HttpObserver {
  public:
    struct Seen {
        std::string verb, route, caller, reason, trace_id;
        unsigned status = 0;
        bool is_stream = false, is_turned_away = false;
        std::chrono::nanoseconds duration{0};
    };
    void on_exchange(const HttpExchange& exchange) override {
        const std::scoped_lock lock(mutex_);
        seen_.push_back({std::string(exchange.verb), std::string(exchange.route),
                         std::string(exchange.caller), std::string(exchange.reason),
                         std::string(exchange.trace.id()), exchange.status, exchange.is_stream,
                         exchange.is_turned_away, exchange.duration});
        changed_.notify_all();
    }
    /// The exchange of this number, counted from 0; waits for it. Nothing when it does not come.
    Seen at(std::size_t index) {
        std::unique_lock lock(mutex_);
        const bool is_there =
            changed_.wait_for(lock, std::chrono::seconds(20), [&] { return seen_.size() > index; });
        return is_there ? seen_[index] : Seen();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Seen> seen_;
};

/// A handler made of functions.
class FunctionHandler final : public HttpHandler {
  public:
    using Handle = std::function<void(HttpRequest, Responder)>;
    using Plan = std::function<BodyPlan(const HttpRequest&)>;
    explicit FunctionHandler(Handle handle, Plan plan = {})
        : handle_(std::move(handle)), plan_(std::move(plan)) {}
    BodyPlan plan_body(const HttpRequest& head) override {
        return plan_ ? plan_(head) : BodyPlan();
    }
    void handle(HttpRequest request, Responder responder) override {
        handle_(std::move(request), std::move(responder));
    }

  private:
    Handle handle_;
    Plan plan_;
};

inline std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size()))
        ++count;
    return count;
}

}  // namespace penstock::transport
