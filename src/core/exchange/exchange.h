#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "core/exchange/command.h"

namespace penstock::exchange {

class State;

/// The deterministic heart: the same commands give the same replies, events and state everywhere.
///
/// Does no I/O, reads no clock, draws no random number. One thread at a time.
class Exchange {
  public:
    Exchange();
    ~Exchange();
    Exchange(Exchange&&) noexcept;
    Exchange& operator=(Exchange&&) noexcept;

    /// The only way state changes.
    ///
    /// Timers fire in the command InternalService/Tick alone (at most 1,000 in one), so the caller
    /// gives a Tick first whenever has_due_timers(command.time).
    /// @param command  Sequence last_sequence() + 1, time not before last_time(); breaking either
    /// is
    ///                 a bug of the caller.
    Reply apply(const Command& command, EventSink& events);

    /// Answers a method of kind QUERY from the state of now.
    /// @param now  For what depends on time (free capacity); not before last_time().
    /// @return The serialised response.
    Result<std::string> query(std::string_view method, const Actor& actor, Instant now,
                              std::string_view request) const;

    bool has_due_timers(Instant now) const;
    std::uint64_t last_sequence() const;
    Instant last_time() const;

    /// Rolls over every done command's sequence, time, events and reply, in order.
    Digest rolling_hash() const;

    /// The whole state in bytes, and back. Equal states have equal bytes.
    std::string snapshot() const;
    /// @return An error when the bytes are of another format or damaged; replay the journal then.
    static Result<Exchange> restore(std::string_view snapshot);

    /// Every broken invariant, in words; empty when all hold. Slow: for simulation.
    std::vector<std::string> broken_invariants() const;

    /// Looks at the state for the shell's own needs (who a key belongs to, what an agent's work
    /// is).
    const State& state() const { return *state_; }

  private:
    std::unique_ptr<State> state_;
};

}  // namespace penstock::exchange
