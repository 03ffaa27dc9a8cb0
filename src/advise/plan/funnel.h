#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advise/plan/candidate.h"
#include "advise/plan/option.h"
#include "advise/plan/requirement.h"

namespace penstock::plan {

/// What a product must meet, in the order in which it is looked at.
enum class Constraint : std::uint8_t {
    tried,  ///< Where there are trials: one of them tells what a task costs there.
    on_sale,
    cores,
    memory,
    task_time,
    free_for_long,
    deadline,
    price,
};

/// For people, and stable: "on sale", "free cores", "memory" …
std::string_view name(Constraint constraint);

/// How many products met each constraint.
struct FunnelStep {
    Constraint constraint;
    std::uint32_t before = 0;
    std::uint32_t after = 0;
};

/// What is left when every constraint has been looked at.
struct Funnel {
    std::vector<FunnelStep> steps;         ///< Up to the one that left nothing, if there is one.
    std::vector<Option> options;           ///< Empty exactly when `blocked` is set.
    std::optional<Constraint> blocked;     ///< The one that left nothing.
    std::vector<const Candidate*> before;  ///< What was left before the blocking one.
};

Funnel sieve(const Requirement& requirement, std::span<const Candidate> candidates);

/// Loosens the constraint that left nothing by as little as lets something through.
/// @return A sentence that says what to change; empty when no change to the workload would help.
std::string relax(Requirement& requirement, const Funnel& funnel);

}  // namespace penstock::plan
