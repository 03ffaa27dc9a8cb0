#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "core/exchange/command.h"
#include "core/exchange/exchange.h"

namespace penstock::bench {

/// One command as it would reach the core: everything is bytes.
struct ScriptedCommand {
    exchange::Actor actor;
    std::string_view method;  ///< With static lifetime.
    std::string request;
    std::string key;
    Instant time;
};

/// Commands that a fresh exchange does one after another, each of them accepted.
struct Script {
    std::vector<ScriptedCommand> opening;  ///< Makes the parties, pools, products and balances.
    std::vector<ScriptedCommand> traffic;
    Digest rolling_hash{};  ///< After the last, when times are those of the script.
};

/// Takes events and drops them.
class EventDrain final : public exchange::EventSink {
  public:
    void on_event(std::string_view) override {}
};

/// What a play has done.
struct Played {
    std::uint64_t ticks = 0;        ///< Given as timers fell due; not commands of the script.
    std::uint64_t reply_bytes = 0;  ///< So that replies are made for somebody.
};

/// Gives commands to the exchange as the sequencer would, due ticks first. Ends the program when
/// one is not done: a script is written for an exchange in one state.
Played play(const std::vector<ScriptedCommand>& commands, exchange::Exchange& exchange);

/// Says why the benchmark cannot go on, and ends the program.
[[noreturn]] void give_up(const std::string& what);

}  // namespace penstock::bench
