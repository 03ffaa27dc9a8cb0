#include "agent/exchange.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

namespace penstock::agent {

bool is_passing(const Fault& fault) {
    // It will not fit later either.
    if (fault.reason == "ARTIFACT_TOO_LARGE" || fault.reason == "AGENT_OUTPUTS_TOO_LARGE")
        return false;
    switch (fault.code) {
        case Code::cancelled:
        case Code::unknown:
        case Code::deadline_exceeded:
        case Code::resource_exhausted:
        case Code::aborted:
        case Code::internal:
        case Code::unavailable:
        // A clock that is being set, or a server that does not know us yet.
        case Code::unauthenticated:
            return true;
        default:
            return false;
    }
}

bool wait_for(std::stop_token stop, std::chrono::milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

std::chrono::milliseconds Backoff::next() {
    static thread_local std::minstd_rand random{std::random_device{}()};
    const auto longest = std::min(current_, longest_);
    current_ = std::min(current_ * 2, longest_);
    std::uniform_int_distribution<std::int64_t> spread(longest.count() / 2, longest.count());
    return std::chrono::milliseconds(spread(random));
}

std::chrono::milliseconds Backoff::next(const Fault& fault) {
    // However long it asks for: it shall not take long to notice that the exchange is another.
    constexpr std::chrono::milliseconds kLongest{60'000};
    return std::min(fault.retry_after, kLongest) + next();
}

}  // namespace penstock::agent
