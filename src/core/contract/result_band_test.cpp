#include "core/contract/result_band.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace penstock::contract {
namespace {

constexpr Money yuan(std::int64_t whole) {
    return Money{whole * kMicrosPerUnit};
}

TEST(ResultBand, says_what_results_cost_by_their_core_time) {
    // 12 yuan a core-hour, 30 frames in ten core-minutes: 2 yuan for 30 frames.
    const ResultSample sample{30, seconds(600)};
    EXPECT_EQ(result_cost(yuan(12), sample, 30), yuan(2));
    EXPECT_EQ(result_cost(yuan(12), sample, 1), Money{66'667}) << "rounded up";
    EXPECT_EQ(result_cost(yuan(12), sample, 1'000'000), Money{66'666'666'667});
}

TEST(ResultBand, says_the_most_where_it_cannot_tell) {
    EXPECT_EQ(result_cost(yuan(12), {0, seconds(600)}, 1), kMoneyMax);
    EXPECT_EQ(result_cost(kMoneyMax, {1, seconds(2'000'000'000)}, 1'000'000'000'000), kMoneyMax);
}

struct Case {
    std::uint64_t results;
    Money charged;
    Money credit;
};

TEST(ResultBand, gives_back_what_is_too_dear_up_to_the_cap) {
    const ResultBand band{
        .trial = WorkloadId{1}, .unit = {}, .quoted_per = 10, .low = yuan(1), .high = yuan(2)};
    for (const Case& one :
         {Case{100, yuan(20), yuan(0)}, Case{100, yuan(5), yuan(0)}, Case{100, yuan(26), yuan(6)},
          Case{100, yuan(40), yuan(20)}, Case{100, yuan(50), yuan(25)}, Case{0, yuan(8), yuan(4)},
          Case{0, yuan(0), yuan(0)}, Case{1, Money{200'001}, Money{1}}})
        EXPECT_EQ(result_credit(band, {one.results, one.charged, {}}), one.credit)
            << one.results << " results for " << one.charged.micros;
    EXPECT_EQ(result_credit({}, {0, yuan(8), {}}), yuan(0)) << "no band";
}

/// Those of so many tasks that samples are kept of.
std::vector<std::uint32_t> sampled_of(std::uint32_t tasks) {
    std::vector<std::uint32_t> sampled;
    for (std::uint32_t i = 0; i < tasks; ++i)
        if (is_sampled(i, tasks)) sampled.push_back(i);
    return sampled;
}

TEST(ResultSamples, are_of_all_tasks_while_they_are_few) {
    for (const std::uint32_t tasks : {1U, 3U, 63U, 64U}) EXPECT_EQ(sampled_of(tasks).size(), tasks);
}

TEST(ResultSamples, are_of_one_task_of_each_part_of_many) {
    for (const std::uint32_t tasks : {65U, 128U, 130U, 1'000U, 9'999U, 10'000U}) {
        const std::vector<std::uint32_t> sampled = sampled_of(tasks);
        ASSERT_EQ(sampled.size(), kSamplesMax) << tasks;
        for (std::uint64_t block = 0; block < kSamplesMax; ++block) {
            EXPECT_GE(sampled[block], block * tasks / kSamplesMax) << tasks;
            EXPECT_LE(sampled[block], (block + 1) * tasks / kSamplesMax) << tasks;
        }
    }
}

/// Contracts that take equal tasks in turn have one remainder each.
TEST(ResultSamples, miss_none_that_take_tasks_in_turn) {
    for (const std::uint32_t tasks : {128U, 192U, 640U, 10'000U}) {
        for (std::uint32_t contracts = 2; contracts <= 5; ++contracts) {
            std::vector<std::size_t> of_contract(contracts);
            for (const std::uint32_t index : sampled_of(tasks)) ++of_contract[index % contracts];
            EXPECT_GE(std::ranges::min(of_contract), kSamplesMin) << tasks << " on " << contracts;
        }
    }
}

}  // namespace
}  // namespace penstock::contract
