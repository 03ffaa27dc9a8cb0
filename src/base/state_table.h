#pragma once

#include <optional>
#include <string_view>

namespace penstock {

/// One change of state that exists. What a table of them leaves out cannot happen.
template <class State, class Step>
struct StateEdge {
    State from;
    Step step;
    State to;
    std::string_view meaning;
};

/// The state that a step leads to; empty when the table has no such edge.
template <class Edges, class State, class Step>
constexpr std::optional<State> state_after(const Edges& edges, State from, Step step) {
    for (const auto& edge : edges) {
        if (edge.from == from && edge.step == step) return edge.to;
    }
    return std::nullopt;
}

}  // namespace penstock
