#pragma once

#include <stop_token>

#include "agent/exchange.h"
#include "agent/identity.h"
#include "agent/offering.h"
#include "agent/options.h"
#include "agent/usage_book.h"
#include "agent/workforce.h"

namespace penstock::agent {

/// The agent's long poll: its heartbeat, the renewal of its leases, and how it learns of work.
class PollLoop {
  public:
    struct Listeners {
        Workforce& workforce;
        UsageBook& usage;
        Offering& offering;
    };
    PollLoop(Exchange& exchange, const Identity& identity, const AgentOptions& options,
             Listeners listeners);

    /// Polls until `stop`. While the exchange cannot be reached, tasks go on until their leases
    /// end.
    void run(std::stop_token stop);

  private:
    Answer<v1::PullWorkResponse> poll();
    void take(const v1::PullWorkResponse& work, std::int64_t sent_boottime_ns);
    void answer_contract(const v1::ContractOffer& offer);

    Exchange& exchange_;
    const Identity& identity_;
    const AgentOptions& options_;
    Listeners listeners_;
    std::uint64_t known_version_ = 0;
    std::int64_t wait_ms_ = 0;  ///< None for the first answer.
    bool is_reachable_ = true;
};

}  // namespace penstock::agent
