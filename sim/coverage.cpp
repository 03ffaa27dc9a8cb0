#include "sim/coverage.h"

#include "core/billing/states.h"
#include "core/contract/change_states.h"
#include "core/contract/states.h"
#include "core/custody/states.h"
#include "core/exchange/rejections.h"
#include "core/party/states.h"
#include "core/task/states.h"

namespace penstock::sim {
namespace {

template <class State>
std::string edge_name(const std::string& machine, State from, State to) {
    return machine + " " + std::to_string(static_cast<int>(from)) + ">" +
           std::to_string(static_cast<int>(to));
}

std::set<std::string> all_edges() {
    std::set<std::string> edges;
    for (const auto& edge : contract::kEdges)
        edges.insert(edge_name("contract", edge.from, edge.to));
    for (const auto& edge : contract::kChangeEdges)
        edges.insert(edge_name("change", edge.from, edge.to));
    for (const auto& edge : task::kAttemptEdges)
        edges.insert(edge_name("attempt", edge.from, edge.to));
    for (const auto& edge : custody::kEdges)
        edges.insert(edge_name("withdrawal", edge.from, edge.to));
    for (const auto& edge : custody::kInstructionEdges)
        edges.insert(edge_name("instruction", edge.from, edge.to));
    for (const auto& edge : billing::kBillEdges)
        edges.insert(edge_name("bill", edge.from, edge.to));
    for (const auto& edge : billing::kDisputeEdges)
        edges.insert(edge_name("dispute", edge.from, edge.to));
    for (const auto& edge : party::kStateEdges)
        edges.insert(edge_name("party", edge.from, edge.to));
    return edges;
}

}  // namespace

void Coverage::edge(const std::string& machine, const std::string& subject, int state) {
    const auto [known, is_new] = states_.try_emplace(subject, state);
    if (is_new || known->second == state) return;
    edges_.insert(edge_name(machine, known->second, state));
    known->second = state;
}

void Coverage::event(const v1::Event& event) {
    if (event.has_contract_changed())
        edge("contract", event.contract_changed().id(), event.contract_changed().state());
    if (event.has_change_order_changed())
        edge("change", event.change_order_changed().id(), event.change_order_changed().state());
    if (event.has_attempt_changed())
        edge("attempt", event.attempt_changed().attempt(), event.attempt_changed().state());
    if (event.has_withdrawal_changed())
        edge("withdrawal", event.withdrawal_changed().id(), event.withdrawal_changed().state());
    if (event.has_instruction_changed())
        edge("instruction", event.instruction_changed().id(), event.instruction_changed().state());
    if (event.has_bill_changed())
        edge("bill", event.bill_changed().id(), event.bill_changed().state());
    if (event.has_dispute_changed())
        edge("dispute", event.dispute_changed().id(), event.dispute_changed().state());
    if (event.has_party_changed())
        edge("party", event.party_changed().id(), event.party_changed().state());
}

void Coverage::add(const Coverage& other) {
    rejections_.insert(other.rejections_.begin(), other.rejections_.end());
    edges_.insert(other.edges_.begin(), other.edges_.end());
    for (const auto& [call, count] : other.outcomes_) outcomes_[call] += count;
}

std::vector<std::string> Coverage::unreached() const {
    std::vector<std::string> missing;
    for (const Rejection* rejection : exchange::all_rejections()) {
        if (!rejections_.contains(rejection->number))
            missing.push_back("rejection " + std::string(rejection->reason));
    }
    for (const std::string& edge : all_edges()) {
        if (!edges_.contains(edge)) missing.push_back("edge " + edge);
    }
    return missing;
}

std::size_t Coverage::reached() const {
    return rejections_.size() + edges_.size();
}

}  // namespace penstock::sim
