#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/state_table.h"

namespace penstock::custody {

/// Numbered as v1::WithdrawalState.
enum class WithdrawalState : std::uint8_t {
    requested = 1,
    approved = 2,
    paid = 3,
    rejected = 4,
    cancelled = 5,
    expired = 6,
};

enum class Step : std::uint8_t { approve, pay, reject, cancel, expire };

using Edge = StateEdge<WithdrawalState, Step>;

/// Every change of a withdrawal's state that exists. Once approved it may have left the bank, so
/// that neither time nor the party can give the money back.
inline constexpr std::array kEdges{
    Edge{WithdrawalState::requested, Step::approve, WithdrawalState::approved,
         "an officer says yes; it may be paid at the bank"},
    Edge{WithdrawalState::requested, Step::reject, WithdrawalState::rejected,
         "an officer says no; the money is free again"},
    Edge{WithdrawalState::requested, Step::cancel, WithdrawalState::cancelled,
         "the party wants it no more; the money is free again"},
    Edge{WithdrawalState::requested, Step::expire, WithdrawalState::expired,
         "nobody decided in time; the money is free again"},
    Edge{WithdrawalState::approved, Step::pay, WithdrawalState::paid,
         "another officer, or the bank's statement, says that it was paid"},
    Edge{WithdrawalState::approved, Step::reject, WithdrawalState::rejected,
         "another officer says that the bank did not pay; the money is free again"},
};

/// The state that a step leads to; empty when the table has no such edge.
constexpr std::optional<WithdrawalState> after(WithdrawalState from, Step step) {
    return state_after(kEdges, from, step);
}

constexpr bool is_final(WithdrawalState state) {
    return state != WithdrawalState::requested && state != WithdrawalState::approved;
}

/// Numbered as v1::InstructionState.
enum class InstructionState : std::uint8_t { issued = 1, confirmed = 2, failed = 3 };

enum class InstructionStep : std::uint8_t { confirm, fail };

using InstructionEdge = StateEdge<InstructionState, InstructionStep>;

/// Every change of a transfer instruction's state that exists.
inline constexpr std::array kInstructionEdges{
    InstructionEdge{InstructionState::issued, InstructionStep::confirm, InstructionState::confirmed,
                    "the bank's statement shows both of its entries"},
    InstructionEdge{InstructionState::issued, InstructionStep::fail, InstructionState::failed,
                    "two officers say that the bank did not do it; it is owed again"},
};

}  // namespace penstock::custody
