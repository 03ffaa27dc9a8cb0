#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::agent {

/// What the exchange answered instead of a reply, or why it could not be reached.
struct Fault {
    Code code = Code::unknown;
    std::string reason;        ///< Stable, for machines; may be empty.
    std::string message;       ///< A sentence for people.
    std::uint32_t number = 0;  ///< Of the rejection; 0 when there is none.
    /// How long the exchange asks to wait before the next try; 0 when it does not say.
    std::chrono::milliseconds retry_after{0};
};

/// Whether the same request may well succeed later: the network or the server failed, and nothing
/// was decided. The other faults are the exchange's last word.
bool is_passing(const Fault& fault);

template <class T>
using Answer = std::expected<T, Fault>;

/// How the agent reaches the exchange. Each call blocks; any number of threads may call at once.
class Exchange {
  public:
    struct CallSettings {
        std::string idempotency_key;  ///< Empty for queries.
        std::chrono::milliseconds timeout{30'000};
    };
    virtual ~Exchange() = default;

    /// @param method  For instance "TaskService/PullWork".
    virtual Answer<void> call_message(std::string_view method,
                                      const google::protobuf::Message& request,
                                      google::protobuf::Message& response,
                                      const CallSettings& settings) = 0;

    /// Writes the stored file of that digest to a new file. What arrives is not trusted: the caller
    /// verifies it.
    /// @param digest  SHA-256, 64 hexadecimal digits.
    virtual Answer<void> download(const std::string& digest, const std::string& file) = 0;

    /// Hands a file to the store. One that is there already is no fault.
    virtual Answer<void> upload(const std::string& digest, const std::string& file) = 0;

    /// Ends all calls under way, and fails later ones as cancelled.
    virtual void cancel() = 0;

    template <class Response, class Request>
    Answer<Response> call(std::string_view method, const Request& request,
                          const CallSettings& settings) {
        Response response;
        if (auto done = call_message(method, request, response, settings); !done)
            return std::unexpected(std::move(done).error());
        return response;
    }
};

/// Waits, or less when asked to stop. @return Whether to go on.
bool wait_for(std::stop_token stop, std::chrono::milliseconds time);

/// Waiting times between tries: twice as long each time, up to a limit, each drawn from the upper
/// half of its range so that many agents do not return at one instant.
class Backoff {
  public:
    explicit Backoff(std::chrono::milliseconds longest = std::chrono::milliseconds(10'000))
        : longest_(longest) {}
    std::chrono::milliseconds next();
    /// The same after a fault, and no sooner than the exchange asks, up to a bound.
    std::chrono::milliseconds next(const Fault& fault);
    void reset() { current_ = kFirst; }

  private:
    static constexpr std::chrono::milliseconds kFirst{200};
    std::chrono::milliseconds current_ = kFirst;
    std::chrono::milliseconds longest_;
};

/// Repeats `attempt` until it succeeds, the exchange has given its last word, or `stop` is asked
/// for; then the fault is of code cancelled.
template <class Attempt>
auto until_answered(std::stop_token stop, Attempt attempt) -> decltype(attempt()) {
    Backoff backoff;
    while (true) {
        auto answer = attempt();
        if (answer || !is_passing(answer.error())) return answer;
        if (!wait_for(stop, backoff.next(answer.error())))
            return std::unexpected(Fault{Code::cancelled, {}, "the agent stops"});
    }
}

}  // namespace penstock::agent
