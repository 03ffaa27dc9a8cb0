#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/state_table.h"

namespace penstock::contract {

/// Numbered as v1::ChangeOrderState.
enum class ChangeState : std::uint8_t {
    proposed = 1,
    agreed = 2,
    declined = 3,
    withdrawn = 4,
    lapsed = 5
};

enum class ChangeStep : std::uint8_t { agree, decline, withdraw, lapse };

using ChangeEdge = StateEdge<ChangeState, ChangeStep>;

/// Every change of a change order's state that exists. What is not here cannot happen.
inline constexpr std::array kChangeEdges{
    ChangeEdge{ChangeState::proposed, ChangeStep::agree, ChangeState::agreed,
               "the supplier says yes, or need not be asked; the contract is changed"},
    ChangeEdge{ChangeState::proposed, ChangeStep::decline, ChangeState::declined,
               "the supplier says no; what was held is free"},
    ChangeEdge{ChangeState::proposed, ChangeStep::withdraw, ChangeState::withdrawn,
               "the buyer has thought better of it; what was held is free"},
    ChangeEdge{ChangeState::proposed, ChangeStep::lapse, ChangeState::lapsed,
               "not answered in time, or the contract ends before; what was held is free"},
};

/// The state that a step leads to; empty when the table has no such edge.
constexpr std::optional<ChangeState> after(ChangeState from, ChangeStep step) {
    return state_after(kChangeEdges, from, step);
}

constexpr std::string_view name(ChangeState state) {
    switch (state) {
        case ChangeState::proposed:
            return "proposed";
        case ChangeState::agreed:
            return "agreed";
        case ChangeState::declined:
            return "declined";
        case ChangeState::withdrawn:
            return "withdrawn";
        case ChangeState::lapsed:
            return "lapsed";
    }
    return "";
}

constexpr std::string_view name(ChangeStep step) {
    switch (step) {
        case ChangeStep::agree:
            return "agree";
        case ChangeStep::decline:
            return "decline";
        case ChangeStep::withdraw:
            return "withdraw";
        case ChangeStep::lapse:
            return "lapse";
    }
    return "";
}

}  // namespace penstock::contract
