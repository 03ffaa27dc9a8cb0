#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "crypto/sha256.h"

namespace penstock::oidc {

/// A sign-in that has begun.
struct Flow {
    std::string provider;
    std::string nonce;
    std::string code_verifier;
    crypto::Sha256 browser;  ///< Of the cookie's value.
    Instant ends_at;
};

/// Sign-ins that have begun and are not finished, by the state that was drawn for each.
///
/// Bounded, so some have to make room: an address with too many loses its own oldest; where all
/// together are too many, whichever address has most loses its oldest. Thread-safe.
class PendingFlows {
  public:
    static constexpr std::size_t kFlowsMax = 10'000;
    /// Far more people than one office signs in within the time that a flow lasts.
    static constexpr std::size_t kAddressFlowsMax = 1'000;

    explicit PendingFlows(std::size_t flows_max = kFlowsMax,
                          std::size_t address_flows_max = kAddressFlowsMax)
        : flows_max_(flows_max), address_flows_max_(address_flows_max) {}

    /// Drops what has ended, too.
    /// @param address  For which it counts (limits::counted_address).
    void add(std::string state, Flow flow, std::string address, Instant now);
    /// Takes one out, so that it counts once. It may have ended.
    std::optional<Flow> take(const std::string& state);
    std::size_t size() const;

  private:
    struct Entry {
        std::string state;
        std::string address;
        Flow flow;
    };
    using Number = std::uint64_t;  ///< In the order of their coming.

    void erase(Number number);
    /// The oldest of whichever address has most; the first such, where several have as many.
    Number oldest_of_most() const;

    const std::size_t flows_max_;
    const std::size_t address_flows_max_;
    mutable std::mutex mutex_;
    Number last_ = 0;
    std::map<Number, Entry> entries_;
    std::map<std::string, Number> by_state_;
    std::map<std::string, std::set<Number>> by_address_;
};

}  // namespace penstock::oidc
