#include "agent/observation.h"

#include <array>
#include <utility>

namespace penstock::agent {
namespace {

constexpr std::array<std::pair<EndReason, std::string_view>, 13> kNames{{
    {EndReason::exited, "exited"},
    {EndReason::lease_ended, "lease_ended"},
    {EndReason::time_limit, "time_limit"},
    {EndReason::memory, "memory"},
    {EndReason::stopped, "stopped"},
    {EndReason::start_failed, "start_failed"},
    {EndReason::shim_lost, "shim_lost"},
    {EndReason::preempted, "preempted"},
    {EndReason::withdrawn, "withdrawn"},
    {EndReason::node_lost, "node_lost"},
    {EndReason::engine_lost, "engine_lost"},
    {EndReason::not_placed, "not_placed"},
    {EndReason::clock_skew, "clock_skew"},
}};

}  // namespace

std::string_view name(EndReason reason) {
    for (const auto& [value, text] : kNames)
        if (value == reason) return text;
    return "unknown";
}

std::optional<EndReason> find_end_reason(std::string_view name) {
    for (const auto& [value, text] : kNames)
        if (text == name) return value;
    return std::nullopt;
}

}  // namespace penstock::agent
