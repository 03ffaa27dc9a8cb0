#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "transport/http/server.h"

namespace penstock::transport {

/// The meeting point of one connection's coroutine and the Responder of its current request, which
/// may live on any thread. Knows nothing of sockets.
///
/// An event flag, phase_, passes turns: the responder's side changes what it has to say, then
/// signals; the coroutine takes the flag, then looks. A signal between the two is never lost.
/// The common answer in one piece takes no lock; streams use the mutex.
class HttpConnection {
  public:
    virtual ~HttpConnection() = default;

    /// The responder's side: see Responder.
    void complete(HttpResponse response);
    void start_stream(HttpResponse head);
    StreamState write(std::string_view piece);
    void finish();
    void abandon();
    void set_on_close(std::function<void()> call);
    void set_on_drain(std::function<void()> call);
    const Trace& trace() const { return trace_; }
    void set_route(std::string_view route) { route_ = route; }
    void set_caller(std::string caller) { caller_ = std::move(caller); }
    void set_reason(std::string_view reason) { reason_ = reason; }

  protected:
    explicit HttpConnection(std::size_t stream_bytes_max) : stream_bytes_max_(stream_bytes_max) {}

    /// Forgets the last exchange. Only while no Responder exists.
    void begin_exchange();
    /// Takes the event flag. @return Whether it was raised.
    bool take_signal() { return phase_.exchange(Phase::idle) == Phase::signalled; }
    /// Declares that the coroutine sleeps. @return False when a signal came first.
    bool begin_waiting();
    void signal();
    /// Resumes the coroutine on its own thread. Called once for each begin_waiting().
    virtual void wake() = 0;

    /// What the coroutine finds after a signal.
    bool answered() const { return answered_.load(std::memory_order_acquire); }
    /// Once answered(): whether the reader had gone before.
    bool is_too_late() const { return is_too_late_; }
    bool streaming() const { return streaming_.load(std::memory_order_acquire); }
    HttpResponse& response() { return response_; }

    /// Of the exchange under way; changes only while no Responder exists.
    void set_trace(const Trace& trace) { trace_ = trace; }
    std::string_view route() const { return route_; }
    /// Once answered().
    std::string_view caller() const { return caller_; }
    std::string_view reason() const { return reason_; }

    struct Pieces {
        bool finished = false;  ///< Nothing follows `bytes`.
        bool broken = false;    ///< The responder gave up, or wrote more than may wait.
    };
    /// Swaps what is queued into `bytes`, and calls on_drain when the queue had been full.
    Pieces take_pieces(std::string& bytes);
    /// Tells the responder that nothing it writes will arrive.
    void reader_gone();

  private:
    enum class Phase { idle, waiting, signalled };

    std::atomic<Phase> phase_{Phase::idle};
    HttpResponse response_;
    Trace trace_;
    std::string_view route_;
    std::string caller_;
    std::string_view reason_;
    bool is_too_late_ = false;
    std::atomic<bool> answered_{false};
    std::atomic<bool> streaming_{false};
    bool has_callbacks_ = false;  ///< So that the common exchange needs no lock.

    const std::size_t stream_bytes_max_;
    std::mutex mutex_;  ///< Guards what follows.
    std::string queued_;
    bool full_ = false;
    bool finished_ = false;
    bool broken_ = false;
    bool gone_ = false;
    std::function<void()> on_close_;
    std::function<void()> on_drain_;
};

}  // namespace penstock::transport
