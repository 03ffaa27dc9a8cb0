#pragma once

#include <cstdint>
#include <string_view>

#include "core/exchange/command.h"
#include "core/exchange/message_writer.h"
#include "core/exchange/state.h"
#include "penstock/v1/event.pb.h"

namespace penstock::exchange {

/// Numbers, hashes and passes on the events of one command.
class Emitter {
  public:
    /// @param writer  Lent for as long as this lives.
    Emitter(EventSink& sink, RollingHash& rolling, MessageWriter& writer, std::uint64_t sequence,
            Instant now)
        : sink_(sink), rolling_(rolling), writer_(writer), sequence_(sequence), now_(now) {}

    /// Emits an event of this kind.
    /// @param fill  Called with a MessageWriter; writes the fields of the body.
    template <class Fill>
    void emit(v1::Event::BodyCase kind, Fill&& fill) {
        begin();
        writer_.message(static_cast<unsigned>(kind), [&] { fill(writer_); });
        end();
    }
    /// The same, for kinds that come rarely.
    void emit_message(v1::Event::BodyCase kind, const google::protobuf::Message& body);

  private:
    void begin();
    void end();

    EventSink& sink_;
    RollingHash& rolling_;
    MessageWriter& writer_;
    std::uint64_t sequence_;
    Instant now_;
    std::uint32_t ordinal_ = 0;
};

/// All that a handler of a command works with.
struct Context {
    State& state;
    Instant now;
    party::Caller caller;
    Emitter& events;
    Actor actor;                       ///< As the journal has it.
    std::uint32_t periods_closed = 0;  ///< By this command: what takes it longest.
};

/// All that a handler of a query works with.
struct View {
    const State& state;
    Instant now;
    party::Caller caller;
};

}  // namespace penstock::exchange
