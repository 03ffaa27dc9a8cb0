#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenario/contracts.h"

namespace penstock::scenario {

/// Contracts by the core: workloads whose tasks succeed, fail, or are lost with their agent, and
/// suppliers whose agents cannot be reached for a while.
class Work {
  public:
    Work(Venue& venue, Cast& cast, Dice& dice);

    /// False when it was refused; that is counted.
    bool order(const Offer& offer, const Buyer& buyer);
    /// An agent falls silent, and comes back later.
    void fail(std::size_t supplier);

    Tally& tally() { return tally_; }

  private:
    void on_attempt(const v1::AttemptChanged& changed);
    void accept(const std::string& contract, std::size_t supplier);
    void finish(const std::string& attempt);
    Supplier* supplier_of(const std::string& agent);

    struct Attempt {
        std::string agent;
        std::uint32_t number = 0;
        Instant since;
    };

    Venue& venue_;
    Cast& cast_;
    Dice& dice_;
    std::map<std::string, Attempt> attempts_;
    Tally tally_;
};

}  // namespace penstock::scenario
