#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "advise/plan/candidate.h"
#include "advise/plan/requirement.h"
#include "base/money.h"
#include "base/time.h"

namespace penstock::plan {

/// One product's part of an option.
struct Share {
    const Candidate* candidate = nullptr;
    Duration task_time;       ///< Of one task on this product.
    std::uint32_t slots = 0;  ///< Tasks that run there at a time.
    std::uint32_t tasks = 0;  ///< Tasks that it is expected to do in all.
    Duration finish;          ///< When the last of them is expected to end.
    Money cost;               ///< What they are expected to cost.
};

/// One way to run all tasks, before constraints on time and money are looked at.
struct Option {
    std::vector<Share> shares;
    std::uint32_t pools = 0;  ///< How many can fail apart from each other.
    Duration finish;          ///< When the last task is expected to end, from now.
    Money cost;               ///< Expected.
    Duration term;            ///< Of every contract, from now.
    Money max_total;          ///< The most that contracts of this term can cost.
    Duration term_min;        ///< The shortest term that is still sensible.
    Money max_total_min;      ///< The most that contracts of that shortest term can cost.
};

/// How long one task is expected to take there.
Duration task_time(const Candidate& candidate, const Requirement& requirement);

/// What one task is expected to cost there; kMoneyMax when that or more.
Money task_cost(const Candidate& candidate, const Requirement& requirement);

/// Cores that one product could give over the shortest term that any plan has.
std::uint32_t cores_free(const Candidate& candidate, const Requirement& requirement);

/// All options worth a look, from products that could each run a task: the cheapest one, the two
/// cheapest, and so on, and the same with the fastest. Ignores the deadline's and the price's
/// limits, but cuts terms short where that meets them. No two are alike; none has more than 64
/// shares.
std::vector<Option> make_options(const Requirement& requirement,
                                 std::span<const Candidate* const> candidates);

}  // namespace penstock::plan
