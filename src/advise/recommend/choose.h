#pragma once

#include <vector>

#include "advise/recommend/find.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::recommend {

struct Choice {
    const Option* option = nullptr;
    std::vector<v1::Goal> best_in;  ///< Empty for the best on balance.
};

/// The options to show. First the one that fits the intent's goals best: in their order, where
/// what differs by half a per cent counts as equal; by weights, each against the best to be had;
/// or, where none are said, price alike with risk where there is a deadline, and with
/// time where there is none. Then the best by price, time, carbon, delay and
/// risk, as far as options differ there. None of them is worse than another of the options in
/// one and better in none.
std::vector<Choice> choose(const v1::Intent& intent, const Options& options);

}  // namespace penstock::recommend
