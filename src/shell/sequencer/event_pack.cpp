#include "shell/sequencer/event_pack.h"

#include <google/protobuf/arena.h>

#include "base/assert.h"
#include "penstock/v1/event.pb.h"

namespace penstock::shell {

void for_each_event(const EventPack& pack,
                    const std::function<void(const v1::Event&, std::string_view)>& take) {
    constexpr std::size_t kEventsPerArena = 1'024;
    google::protobuf::Arena arena;
    std::size_t start = 0;
    for (std::size_t i = 0; i < pack.ends.size(); ++i) {
        if (i % kEventsPerArena == 0) arena.Reset();
        const std::string_view bytes(pack.bytes.data() + start, pack.ends[i] - start);
        start = pack.ends[i];
        auto* event = google::protobuf::Arena::CreateMessage<v1::Event>(&arena);
        const bool parsed = event->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
        PENSTOCK_ASSERT(parsed);
        take(*event, bytes);
    }
}

}  // namespace penstock::shell
