#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "core/exchange/command.h"
#include "core/exchange/state.h"
#include "penstock/v1/event.pb.h"

namespace penstock::exchange {

/// Numbers, hashes and passes on the events of one command.
class Emitter {
  public:
    Emitter(EventSink& sink, Hasher& hasher, std::uint64_t sequence, Instant now)
        : sink_(sink), hasher_(hasher), sequence_(sequence), now_(now) {}

    /// A fresh event, with its place and time filled in; fill its body and emit() it.
    v1::Event& fresh();
    /// Emits what fresh() gave last.
    void emit();

  private:
    EventSink& sink_;
    Hasher& hasher_;
    std::uint64_t sequence_;
    Instant now_;
    std::uint32_t ordinal_ = 0;
    v1::Event event_;
    std::string bytes_;
};

/// All that a handler of a command works with.
struct Context {
    State& state;
    Instant now;
    party::Caller caller;
    Emitter& events;
};

/// All that a handler of a query works with.
struct View {
    const State& state;
    Instant now;
    party::Caller caller;
};

}  // namespace penstock::exchange
