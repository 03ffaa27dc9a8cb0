#include "advise/recommend/split.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace penstock::recommend {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// By trying all sets.
double least_cost(const std::vector<Portion>& portions, std::size_t legs_max) {
    double least = kInfinity;
    for (unsigned set = 1; set < 1U << portions.size(); ++set) {
        if (static_cast<std::size_t>(std::popcount(set)) > legs_max) continue;
        std::vector<Portion> used;
        double cost = 0;
        for (std::size_t i = 0; i < portions.size(); ++i) {
            if ((set >> i & 1U) == 0) continue;
            used.push_back(portions[i]);
            cost += portions[i].fixed;
        }
        std::ranges::sort(used, {}, &Portion::each);
        double rest = 1;
        for (const Portion& one : used) {
            const double share = std::min(rest, one.most);
            cost += share * one.each;
            rest -= share;
        }
        if (rest < 1e-9) least = std::min(least, cost);
    }
    return least;
}

RC_GTEST_PROP(Split, costs_no_more_than_any_set_does, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 9);
    std::vector<Portion> portions(count);
    for (Portion& one : portions) {
        one.most = *rc::gen::inRange(0, 150) / 100.0;
        one.each = *rc::gen::inRange(0, 1'000);
        one.fixed = *rc::gen::element(0, 0, 5, 100, 900);
    }
    const auto legs_max = *rc::gen::inRange<std::size_t>(1, 6);
    const double least = least_cost(portions, legs_max);
    const Split split = split_work(portions, legs_max);
    RC_ASSERT(split.shares.empty() == (least == kInfinity));
    if (split.shares.empty()) return;
    RC_ASSERT(split.cost <= least + 1e-6);
    RC_ASSERT(split.bound <= split.cost + 1e-9);
    double sum = 0;
    double cost = 0;
    std::size_t legs = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (split.shares[i] == 0) continue;
        RC_ASSERT(split.shares[i] <= portions[i].most + 1e-12);
        ++legs;
        sum += split.shares[i];
        cost += portions[i].fixed + portions[i].each * split.shares[i];
    }
    RC_ASSERT(legs <= legs_max);
    RC_ASSERT(std::abs(sum - 1) < 1e-8);
    RC_ASSERT(std::abs(cost - split.cost) < 1e-6);
}

TEST(Split, pays_for_moving_data_only_where_that_is_cheaper) {
    // Near and dear; far and cheap, after so much for the move.
    const auto used_far = [](double move) {
        const std::vector<Portion> portions{{.most = 2, .each = 100, .fixed = 0},
                                            {.most = 2, .each = 60, .fixed = move}};
        return split_work(portions, 8).shares[1] == 1;
    };
    EXPECT_TRUE(used_far(39));
    EXPECT_FALSE(used_far(41));
}

}  // namespace
}  // namespace penstock::recommend
