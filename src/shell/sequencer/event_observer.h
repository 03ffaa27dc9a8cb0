#pragma once

#include <cstdint>
#include <string_view>

#include "base/journal_position.h"

namespace penstock::v1 {
class Event;
}

namespace penstock::shell {

/// Learns what has happened, after it is durable, in the order of the journal, each thing once.
///
/// All calls but position() come from one thread. An observer that is slow makes the sequencer
/// refuse commands once its backlog is full; one that cannot go on must not block for ever.
class EventObserver {
  public:
    virtual ~EventObserver() = default;

    /// The last command whose events this observer has already and keeps over a restart. Asked when
    /// the sequencer opens: it replays from there, so that nothing is missed. Whoever looks only at
    /// what is new answers kOnlyNew.
    ///
    /// A position that the journal does not have is one of a journal that was set back: the
    /// sequencer does not open.
    virtual JournalPosition position() const = 0;
    static constexpr JournalPosition kOnlyNew{UINT64_MAX};

    /// @param bytes  The event, serialised; what the rolling hash covers. Valid during the call.
    virtual void on_event(const v1::Event& event, std::string_view bytes) = 0;
    /// Every event of the commands up to there has been given: what belongs together is whole.
    /// @return False when not all of it could be kept: it is then asked again, each second.
    virtual bool caught_up(const JournalPosition& position) = 0;
};

}  // namespace penstock::shell
