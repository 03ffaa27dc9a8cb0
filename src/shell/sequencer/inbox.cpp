#include "shell/sequencer/inbox.h"

#include <utility>

#include "shell/sequencer/error.h"

namespace penstock::shell {

Result<void> Inbox::push(limits::Turn turn, Call& call) {
    bool wake = false;
    call.queued = std::chrono::steady_clock::now();
    {
        const std::scoped_lock lock(mutex_);
        if (closed_) return reject(kStopping);
        if (!calls_.push(turn, call)) return reject(kQueueFull);
        wake = std::exchange(waiting_, false);
    }
    if (wake) wake_.notify_one();
    return {};
}

std::size_t Inbox::size() const {
    const std::scoped_lock lock(mutex_);
    return calls_.size();
}

void Inbox::ring() {
    const std::scoped_lock lock(mutex_);
    rung_ = true;
    waiting_ = false;
    wake_.notify_one();
}

void Inbox::close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    waiting_ = false;
    wake_.notify_one();
}

bool Inbox::take(std::vector<Call>& into, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    wake_.wait_until(lock, deadline,
                     [&] { return rung_ || (closed_ && into.empty()) || calls_.size() > 0; });
    waiting_ = false;
    rung_ = false;
    calls_.take(into, calls_at_once_);
    return !(closed_ && into.empty());
}

}  // namespace penstock::shell
