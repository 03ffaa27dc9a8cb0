#include "core/meter/meters.h"

#include <gtest/gtest.h>

#include <set>

#include "core/meter/error.h"

namespace penstock::meter {
namespace {

constexpr AgentId kAgent{4};

TEST(Meters, numbers_batches_without_gap_or_repeat) {
    Meters meters;
    EXPECT_EQ(meters.check_number(kAgent, 2).error().reason(), kUsageGap.reason);
    ASSERT_TRUE(meters.check_number(kAgent, 1));
    meters.accept(kAgent, 1);
    EXPECT_EQ(meters.check_number(kAgent, 1).error().reason(), kUsageReplayed.reason);
    EXPECT_EQ(meters.next_number(kAgent), 2u);
    EXPECT_EQ(meters.next_number(AgentId{5}), 1u);
}

TEST(Meters, refuses_claims_that_cannot_be) {
    const Known known{2, seconds(5), seconds(8), seconds(10)};
    EXPECT_TRUE(Meters::check_claim({2, seconds(10), seconds(20)}, known));
    EXPECT_TRUE(Meters::check_claim({2, seconds(11), seconds(22)}, known));
    EXPECT_FALSE(Meters::check_claim({3, seconds(10), seconds(10)}, known));
    EXPECT_FALSE(Meters::check_claim({2, seconds(12), seconds(10)}, known));
    EXPECT_FALSE(Meters::check_claim({2, seconds(4), seconds(10)}, known));
    EXPECT_FALSE(Meters::check_claim({2, seconds(10), seconds(7)}, known));
    EXPECT_FALSE(Meters::check_claim({2, seconds(10), seconds(23)}, known));
    EXPECT_FALSE(Meters::check_claim({2, Duration{INT64_MAX}, seconds(9)}, known));
    EXPECT_FALSE(Meters::check_claim({2, Duration{-1}, Duration{-1}}, {2, {}, {}, seconds(1)}));
}

TEST(Meters, refuses_results_that_cannot_be) {
    const Known known{1, seconds(5), seconds(5), seconds(10), 7};
    const auto check = [&](std::uint64_t results, Duration at) {
        return Meters::check_claim({1, seconds(10), seconds(9), results, at}, known).has_value();
    };
    EXPECT_TRUE(check(7, seconds(4)));
    EXPECT_TRUE(check(kResultsMax, seconds(10)));
    EXPECT_FALSE(check(6, seconds(4))) << "less than before";
    EXPECT_FALSE(check(kResultsMax + 1, seconds(4)));
    EXPECT_FALSE(check(8, seconds(11))) << "after its own end";
    EXPECT_FALSE(check(8, Duration{0})) << "results in no time";
    EXPECT_FALSE(Meters::check_claim({1, seconds(10), seconds(9), 0, seconds(1)},
                                     {1, seconds(5), seconds(5), seconds(10)}))
        << "a time of no results";
}

TEST(Meters, rates_to_the_micro_half_even) {
    EXPECT_EQ(Meters::rate(Money{1'200'000}, 2, seconds(1'800)), Money{1'200'000});
    // 1 micro per hour for half an hour is 0.5 micro: to even, 0; for 1.5 hours, 1.5: to even, 2.
    EXPECT_EQ(Meters::rate(Money{1}, 1, seconds(1'800)), Money{0});
    EXPECT_EQ(Meters::rate(Money{1}, 1, seconds(5'400)), Money{2});
}

TEST(Meters, bills_only_inside_lease_and_term) {
    const Interval term{Instant{100}, Instant{200}};
    EXPECT_EQ(Meters::billable({30}, Instant{120}, term, Instant{160}), Duration{30});
    EXPECT_EQ(Meters::billable({60}, Instant{120}, term, Instant{160}), Duration{40});
    EXPECT_EQ(Meters::billable({60}, Instant{90}, term, Instant{130}), Duration{30});
    EXPECT_EQ(Meters::billable({60}, Instant{180}, term, Instant{400}), Duration{20});
    EXPECT_EQ(Meters::billable({60}, Instant{300}, term, Instant{400}), Duration{0});
}

TEST(Meters, rejections_have_numbers_of_their_own) {
    std::set<std::uint16_t> numbers;
    for (const Rejection* rejection : kRejections) {
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->reason;
        EXPECT_EQ(rejection->number / 1'000, 8);
    }
}

}  // namespace
}  // namespace penstock::meter
