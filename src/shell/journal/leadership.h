#pragma once

#include <cstdint>
#include <string>

namespace penstock::shell {

/// Which of the servers on one journal leads: the one that holds the lease. Thread-safe.
///
/// Each taking of the lead has an epoch of its own, higher than all before. The journal takes
/// appends of the newest epoch only, so what keeps two leaders apart is the journal, not a clock;
/// the lease decides merely when another may try, and until when a leader answers questions.
class Leadership {
  public:
    /// What is known of the one who leads.
    struct Leader {
        std::uint64_t epoch = 0;
        std::string name;
        std::string address;  ///< "http://host:port"; empty when it was not announced yet.
        bool operator==(const Leader&) const = default;
    };

    virtual ~Leadership() = default;
    /// The epoch in which this server leads now; 0 when it does not, or its lease has run out.
    virtual std::uint64_t epoch() const = 0;
    /// Who led when that was last looked up.
    virtual Leader leader() const = 0;
    /// The address that others send commands to when this server leads.
    virtual void announce(const std::string& address) = 0;
    /// This server could lead: it knows what the journal holds. Until then it only looks on.
    virtual void stand() = 0;
    /// It cannot, or shall not any more: gives the lead up, if it is held, for another to take at
    /// once, and does not take it again before stand().
    virtual void withdraw() = 0;
};

}  // namespace penstock::shell
