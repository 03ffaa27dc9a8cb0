#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/state_table.h"

namespace penstock::contract {

/// Numbered as v1::ContractState.
enum class State : std::uint8_t {
    ordered = 1,
    active = 2,
    settled = 3,
    cancelled = 4,
    closing = 5,
    suspended = 6,  ///< For funds.
};

/// Numbered as v1::CloseReason; the range names the liable party.
enum class CloseReason : std::uint16_t {
    none = 0,
    buyer_cancelled = 1,
    buyer_unpaid = 2,
    buyer_out_of_funds = 3,
    supplier_declined = 10000,
    supplier_accept_timeout = 10001,
    supplier_revoked = 10002,
    supplier_notice = 10003,
    work_completed = 30000,
    term_ended = 30001,
};

enum class Step : std::uint8_t { accept, refuse, close, settle, suspend, resume };

using Edge = StateEdge<State, Step>;

/// Every change of state that exists. What is not here cannot happen.
inline constexpr std::array kEdges{
    Edge{State::ordered, Step::accept, State::active,
         "the supplier says yes; money moves to escrow"},
    Edge{State::ordered, Step::refuse, State::cancelled,
         "declined, timed out, revoked or cancelled; the hold is returned"},
    Edge{State::active, Step::close, State::closing, "ends while attempts still run"},
    Edge{State::active, Step::settle, State::settled, "ends with nothing running; paid"},
    Edge{State::closing, Step::settle, State::settled, "the last attempt has ended; paid"},
    Edge{State::active, Step::suspend, State::suspended,
         "the buyer's cash does not cover the next billing period"},
    Edge{State::suspended, Step::resume, State::active, "it does again"},
    Edge{State::suspended, Step::close, State::closing,
         "ends while its last usage may be reported"},
    Edge{State::suspended, Step::settle, State::settled, "ends; paid"},
};

/// The state that a step leads to; empty when the table has no such edge.
constexpr std::optional<State> after(State from, Step step) {
    return state_after(kEdges, from, step);
}

constexpr std::string_view name(State state) {
    switch (state) {
        case State::ordered:
            return "ordered";
        case State::active:
            return "active";
        case State::settled:
            return "settled";
        case State::cancelled:
            return "cancelled";
        case State::closing:
            return "closing";
        case State::suspended:
            return "suspended for funds";
    }
    return "";
}

}  // namespace penstock::contract
