#include "core/exchange/context.h"

namespace penstock::exchange {

v1::Event& Emitter::fresh() {
    event_.Clear();
    event_.set_sequence(sequence_);
    event_.set_ordinal(ordinal_++);
    event_.set_at_ns(now_.ns);
    return event_;
}

void Emitter::emit() {
    bytes_.clear();
    event_.AppendToString(&bytes_);
    hasher_.add(bytes_);
    sink_.on_event(event_, bytes_);
}

}  // namespace penstock::exchange
