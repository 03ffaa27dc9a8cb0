#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "shell/api/forwarded_peer.h"
#include "shell/journal/leadership.h"
#include "shell/limits/fair_queue.h"
#include "shell/sequencer/clock.h"
#include "transport/http/server.h"

namespace penstock::shell {

/// Passes requests on to the server that leads, and its answers back, on threads of its own.
///
/// A request that reached the leader and was not answered may have been done: IN_DOUBT. One that is
/// passed on already is not passed on again. A good answer to a command waits until what it tells
/// of can be seen here: who asks next asks us.
class Forwarder {
  public:
    /// Calls `then` once, on any thread, when this server has seen all that was journaled before.
    /// @param turn  Of whom the answer is for.
    using CatchUp = std::function<void(limits::Turn turn, std::move_only_function<void()> then)>;

    /// @param leadership, clock  Outlive it.
    Forwarder(const Leadership& leadership, const ForwardedPeer& peers, const Clock& clock,
              CatchUp catch_up);
    /// Answers what waits with NOT_LEADING.
    ~Forwarder();
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;

    /// What a good answer changes here.
    enum class Changes { nothing, what_is_seen_here };

    /// Never blocks.
    void forward(transport::HttpRequest request, transport::Responder responder, Changes changes);
    /// Requests that wait for a thread.
    std::size_t size() const;

  private:
    struct Job {
        transport::HttpRequest request;
        transport::Responder responder;
        Changes changes;
        limits::Turn turn;
    };
    void run();

    const Leadership& leadership_;
    const ForwardedPeer peers_;
    const Clock& clock_;
    const CatchUp catch_up_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    limits::FairQueue<Job> jobs_;  ///< A line for each address.
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

/// That only the leader can take a request.
Error not_leading(const Leadership::Leader& leader);

}  // namespace penstock::shell
