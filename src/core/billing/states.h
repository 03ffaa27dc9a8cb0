#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::billing {

/// Numbered as v1::BillState.
enum class BillState : std::uint8_t { open = 1, overdue = 2, settled = 3 };

enum class BillStep : std::uint8_t { settle };

struct BillEdge {
    BillState from;
    BillStep step;
    BillState to;
    std::string_view meaning;
};

/// Every change of a bill's state that exists. What is not here cannot happen.
inline constexpr std::array kBillEdges{
    BillEdge{BillState::open, BillStep::settle, BillState::settled,
             "it is due, and all of it is paid out or given back"},
};

/// The state that a step leads to; empty when the table has no such edge.
constexpr std::optional<BillState> after(BillState from, BillStep step) {
    for (const BillEdge& edge : kBillEdges) {
        if (edge.from == from && edge.step == step) return edge.to;
    }
    return std::nullopt;
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
    }
    return "";
}

}  // namespace penstock::billing
