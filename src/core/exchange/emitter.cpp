#include "core/exchange/context.h"

namespace penstock::exchange {

void Emitter::begin() {
    writer_.clear();
    writer_.number(v1::Event::kSequenceFieldNumber, sequence_);
    writer_.number(v1::Event::kOrdinalFieldNumber, ordinal_++);
    writer_.signed_number(v1::Event::kAtNsFieldNumber, now_.ns);
}

void Emitter::end() {
    rolling_.add(writer_.bytes());
    sink_.on_event(writer_.bytes());
}

void Emitter::emit_message(v1::Event::BodyCase kind, const google::protobuf::Message& body) {
    begin();
    writer_.item(static_cast<unsigned>(kind), body.SerializeAsString());
    end();
}

}  // namespace penstock::exchange
