#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "advise/recommend/constraint.h"
#include "advise/recommend/option.h"
#include "advise/recommend/query.h"
#include "advise/recommend/screen.h"

namespace penstock::recommend {

/// How many offers a constraint left, of those that met the ones before it.
struct FunnelStep {
    Constraint constraint;
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    std::uint32_t unmet = 0;  ///< Of all offers.
};

/// An offer that meets all that is asked of it by itself.
struct Candidate {
    const Offer* offer = nullptr;
    const ChipWork* work = nullptr;
    std::uint32_t delay_us = 0;
};

struct Found {
    std::vector<FunnelStep> funnel;  ///< Of the constraints that removed any offer.
    std::vector<Candidate> candidates;
    Options options;  ///< All within deadline, budget and carbon.
};

/// All ways worth comparing.
/// O(offers × log offers).
Found find(const Query& query, const Screen& screen);

/// Whether an option is within the budgets, and within the carbon.
bool is_within_budget(const Query& query, const Option& option, std::span<const Leg> legs);
bool is_within_carbon(const Query& query, const Option& option);

/// Ways in which one offer does it all; what each candidate's best use misses.
/// @param unmet  One for each candidate: the first of `cards`, `time`, `budget` and `carbon` that
///               none of its uses meets together with those before.
/// @return What none of these ways can cost less than, in micros.
double find_gangs(const Query& query, std::span<const Candidate> candidates, Options& options,
                  std::vector<Unmet>& unmet);

/// Ways in which several offers share it. Where these need all of them, what is unmet is so of all.
double find_splits(const Query& query, std::span<const Candidate> candidates, Options& options,
                   std::vector<Unmet>& unmet);

}  // namespace penstock::recommend
