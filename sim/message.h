#pragma once

#include <cstdint>
#include <string>

#include "core/exchange/command.h"

namespace penstock::sim {

/// What a client sees of a command it sent.
struct Outcome {
    enum class Kind { done, rejected, unknown };  ///< Unknown: the host went down; ask again.
    Kind kind = Kind::unknown;
    std::string reply;
    std::string reason;  ///< Of a rejection.
    std::uint64_t sequence = 0;
};

/// One command as a client sends it; sent again unchanged after an unknown outcome.
struct Message {
    exchange::Actor actor;
    std::string method;
    std::string request;
    std::string key;
};

}  // namespace penstock::sim
