#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/state_table.h"

namespace penstock::billing {

/// Numbered as v1::BillState.
enum class BillState : std::uint8_t { open = 1, overdue = 2, settled = 3 };

/// Numbered as v1::DisputeState.
enum class DisputeState : std::uint8_t { open = 1, decided = 2, withdrawn = 3, lapsed = 4 };

enum class DisputeStep : std::uint8_t { decide, withdraw, lapse };

enum class BillStep : std::uint8_t { settle, fall_overdue, catch_up };

using BillEdge = StateEdge<BillState, BillStep>;

/// Every change of a bill's state that exists. What is not here cannot happen.
inline constexpr std::array kBillEdges{
    BillEdge{BillState::open, BillStep::settle, BillState::settled,
             "all of it is paid out or given back"},
    BillEdge{BillState::open, BillStep::fall_overdue, BillState::overdue,
             "it is on credit and due, and the buyer's cash does not cover it"},
    BillEdge{BillState::overdue, BillStep::settle, BillState::settled,
             "all of it is paid or given back"},
    BillEdge{BillState::overdue, BillStep::catch_up, BillState::open,
             "all of it is paid but what is disputed"},
};

using DisputeEdge = StateEdge<DisputeState, DisputeStep>;

/// Every change of a dispute's state that exists.
inline constexpr std::array kDisputeEdges{
    DisputeEdge{DisputeState::open, DisputeStep::decide, DisputeState::decided,
                "two officers say how much of it the buyer gets back"},
    DisputeEdge{DisputeState::open, DisputeStep::withdraw, DisputeState::withdrawn,
                "the buyer has thought better of it"},
    DisputeEdge{DisputeState::open, DisputeStep::lapse, DisputeState::lapsed,
                "nobody decided it within 30 days: the supplier gets it"},
};

/// The state that a step leads to; empty when the table has no such edge.
constexpr std::optional<DisputeState> after(DisputeState from, DisputeStep step) {
    return state_after(kDisputeEdges, from, step);
}

/// The same, of bills.
constexpr std::optional<BillState> after(BillState from, BillStep step) {
    return state_after(kBillEdges, from, step);
}

constexpr std::string_view name(BillState state) {
    switch (state) {
        case BillState::open:
            return "open";
        case BillState::overdue:
            return "overdue";
        case BillState::settled:
            return "settled";
    }
    return "";
}

constexpr std::string_view name(BillStep step) {
    switch (step) {
        case BillStep::settle:
            return "settle";
        case BillStep::fall_overdue:
            return "fall overdue";
        case BillStep::catch_up:
            return "catch up";
    }
    return "";
}

constexpr std::string_view name(DisputeState state) {
    switch (state) {
        case DisputeState::open:
            return "open";
        case DisputeState::decided:
            return "decided";
        case DisputeState::withdrawn:
            return "withdrawn";
        case DisputeState::lapsed:
            return "lapsed";
    }
    return "";
}

constexpr std::string_view name(DisputeStep step) {
    switch (step) {
        case DisputeStep::decide:
            return "decide";
        case DisputeStep::withdraw:
            return "withdraw";
        case DisputeStep::lapse:
            return "lapse";
    }
    return "";
}

}  // namespace penstock::billing
