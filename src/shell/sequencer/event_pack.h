#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/journal_position.h"
#include "core/exchange/command.h"

namespace penstock::v1 {
class Event;
}

namespace penstock::shell {

/// The events of some commands in a row, serialised one behind the other.
struct EventPack {
    std::string bytes;
    std::vector<std::size_t> ends;  ///< Of each event in `bytes`.
    JournalPosition end;            ///< Every event of the commands up to there has been given.
};

/// Reads the events of a pack, each with its bytes, in order.
void for_each_event(const EventPack& pack,
                    const std::function<void(const v1::Event&, std::string_view)>& take);

/// Gathers events into a pack. Keeps none when nobody will want them.
class EventPacker final : public exchange::EventSink {
  public:
    enum class Keep : std::uint8_t { all, none };
    EventPacker(EventPack& pack, Keep keep) : pack_(pack), keep_(keep) {}
    void on_event(std::string_view bytes) override {
        if (keep_ == Keep::none) return;
        pack_.bytes.append(bytes);
        pack_.ends.push_back(pack_.bytes.size());
    }

  private:
    EventPack& pack_;
    Keep keep_;
};

}  // namespace penstock::shell
