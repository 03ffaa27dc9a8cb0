#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace penstock::exchange {

/// Who gives a command or asks a question. Numbered as v1::Actor::Kind.
struct Actor {
    enum class Kind : std::uint8_t { anonymous = 1, key = 2, agent = 3, system = 4, session = 5 };
    Kind kind = Kind::anonymous;
    std::uint64_t id = 0;  ///< The key's, agent's or session's number; 0 for the other kinds.

    bool operator==(const Actor&) const = default;
};

/// A request to change the exchange, stamped by the sequencer. Views are read during apply() only.
struct Command {
    std::uint64_t sequence = 0;  ///< One more than the last command that was done.
    Instant time;                ///< Never before the last command's.
    Actor actor;
    std::string_view method;           ///< For instance "ContractService/PlaceOrder".
    std::string_view request;          ///< The serialised request, known fields only.
    std::string_view idempotency_key;  ///< 1 to 255 bytes; empty for the system's own commands.
};

/// What became of a command.
struct Reply {
    enum class Outcome : std::uint8_t {
        done,      ///< State changed; journal it. `bytes` is the serialised response.
        rejected,  ///< Nothing changed; do not journal it. `error` says why.
        repeated,  ///< The same key and body as `original_sequence`, whose reply is the answer.
    };
    Outcome outcome = Outcome::done;
    std::string bytes;
    std::optional<Error> error;
    std::uint64_t original_sequence = 0;
};

/// Receives what happened, in order, during apply().
class EventSink {
  public:
    virtual ~EventSink() = default;
    /// @param event  A v1::Event, serialised; it is what the rolling hash covers. Read during the
    ///               call only.
    virtual void on_event(std::string_view event) = 0;
};

}  // namespace penstock::exchange
