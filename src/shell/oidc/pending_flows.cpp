#include "shell/oidc/pending_flows.h"

#include <algorithm>
#include <utility>

namespace penstock::oidc {

void PendingFlows::add(std::string state, Flow flow, std::string address, Instant now) {
    const std::scoped_lock lock(mutex_);
    while (!entries_.empty() && entries_.begin()->second.flow.ends_at <= now)
        erase(entries_.begin()->first);
    const auto found = by_address_.find(address);
    if (found != by_address_.end() && found->second.size() >= address_flows_max_)
        erase(*found->second.begin());
    if (entries_.size() >= flows_max_) erase(oldest_of_most());
    const Number number = ++last_;
    by_state_.emplace(state, number);
    by_address_[address].insert(number);
    entries_.emplace(number, Entry{std::move(state), std::move(address), std::move(flow)});
}

std::optional<Flow> PendingFlows::take(const std::string& state) {
    const std::scoped_lock lock(mutex_);
    const auto found = by_state_.find(state);
    if (found == by_state_.end()) return std::nullopt;
    const Number number = found->second;
    Flow flow = std::move(entries_.at(number).flow);
    erase(number);
    return flow;
}

std::size_t PendingFlows::size() const {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
}

void PendingFlows::erase(Number number) {
    const auto entry = entries_.find(number);
    by_state_.erase(entry->second.state);
    const auto of_address = by_address_.find(entry->second.address);
    of_address->second.erase(number);
    if (of_address->second.empty()) by_address_.erase(of_address);
    entries_.erase(entry);
}

PendingFlows::Number PendingFlows::oldest_of_most() const {
    const auto most = std::ranges::max_element(
        by_address_, {}, [](const auto& address) { return address.second.size(); });
    return *most->second.begin();
}

}  // namespace penstock::oidc
