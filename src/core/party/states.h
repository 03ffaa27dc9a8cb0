#pragma once

#include <array>
#include <cstdint>

#include "core/party/types.h"

namespace penstock::party {

/// One allowed change of a party's state. Every change is a decision of the operator.
struct StateEdge {
    PartyState from;
    PartyState to;
};

/// All allowed changes. A rejected party stays so: it signs up anew. A suspended one is readmitted
/// or stays suspended, since its agents must be able to finish what runs.
inline constexpr std::array kStateEdges{
    StateEdge{PartyState::applied, PartyState::qualified},
    StateEdge{PartyState::applied, PartyState::rejected},
    StateEdge{PartyState::qualified, PartyState::suspended},
    StateEdge{PartyState::suspended, PartyState::qualified},
};

constexpr bool may_change(PartyState from, PartyState to) {
    for (const StateEdge& edge : kStateEdges) {
        if (edge.from == from && edge.to == to) return true;
    }
    return false;
}

/// What a call does, as far as the party's state matters.
enum class Effect : std::uint8_t {
    finish = 1,   ///< Reads, or ends something: open to every state.
    prepare = 2,  ///< Gets ready to trade: not when suspended or rejected.
    start = 3,    ///< Trades, or begins to run something: only when qualified.
};

constexpr bool state_allows(PartyState state, Effect effect) {
    switch (effect) {
        case Effect::finish:
            return true;
        case Effect::prepare:
            return state == PartyState::applied || state == PartyState::qualified;
        case Effect::start:
            return state == PartyState::qualified;
    }
    return false;
}

}  // namespace penstock::party
