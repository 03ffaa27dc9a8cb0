#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::task {

/// Numbered as v1::TaskState.
enum class TaskState : std::uint8_t {
    waiting = 1,
    assigned = 2,
    running = 3,
    succeeded = 4,
    failed = 5,
    cancelled = 6,
};

/// Numbered as v1::AttemptState.
enum class AttemptState : std::uint8_t {
    assigned = 1,
    running = 2,
    succeeded = 3,
    failed = 4,
    lost = 5,
    cancelled = 6,
    broken = 7,
};

constexpr bool is_final(TaskState state) {
    return state >= TaskState::succeeded;
}
constexpr bool is_final(AttemptState state) {
    return state >= AttemptState::succeeded;
}

/// Is the supplier owed for an attempt that ended so? Only where the buyer's program ran as asked.
constexpr bool is_charged(AttemptState state) {
    return state == AttemptState::succeeded || state == AttemptState::failed ||
           state == AttemptState::cancelled;
}

struct AttemptEdge {
    AttemptState from;
    AttemptState to;
    std::string_view meaning;
};

/// Every change of an attempt's state that exists.
inline constexpr std::array kAttemptEdges{
    AttemptEdge{AttemptState::assigned, AttemptState::running, "the agent has started it"},
    AttemptEdge{AttemptState::assigned, AttemptState::succeeded, "it ended before it was reported"},
    AttemptEdge{AttemptState::assigned, AttemptState::failed, "it ended before it was reported"},
    AttemptEdge{AttemptState::assigned, AttemptState::lost, "the agent vanished or was revoked"},
    AttemptEdge{AttemptState::assigned, AttemptState::cancelled,
                "the buyer stopped it, or its contract's term ended"},
    AttemptEdge{AttemptState::assigned, AttemptState::broken,
                "the agent could not start it, or did not report its end in time"},
    AttemptEdge{AttemptState::running, AttemptState::succeeded, "its program returned 0"},
    AttemptEdge{AttemptState::running, AttemptState::failed, "its program returned another code"},
    AttemptEdge{AttemptState::running, AttemptState::lost, "the agent vanished or was revoked"},
    AttemptEdge{AttemptState::running, AttemptState::cancelled,
                "the buyer stopped it, or its contract's term ended"},
    AttemptEdge{AttemptState::running, AttemptState::broken,
                "the agent could not go on, or did not report its end in time"},
};

constexpr bool is_edge(AttemptState from, AttemptState to) {
    for (const AttemptEdge& edge : kAttemptEdges) {
        if (edge.from == from && edge.to == to) return true;
    }
    return false;
}

}  // namespace penstock::task
