#include "core/sla/credit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "core/sla/test_level.h"

namespace penstock::sla {
namespace {

constexpr Instant kStart{1'800'000'000'000'000'000};
constexpr std::int64_t kMonth = 30 * 86'400;

const ServiceLevel& level() {
    static const ServiceLevel kept = ServiceLevel::read(test_level()).value();
    return kept;
}

/// A month that was out of service for so many seconds.
ServiceRecord month_without(std::int64_t lost) {
    ServiceRecord record(kStart);
    record.set_in_service(false, kStart + seconds(1'000));
    record.set_in_service(true, kStart + seconds(1'000 + lost));
    record.close(kStart + seconds(kMonth));
    return record;
}

Money sum_of(const std::vector<Breach>& breaches) {
    return std::accumulate(breaches.begin(), breaches.end(), Money{},
                           [](Money sum, const Breach& one) { return sum + one.credit; });
}

TEST(FindBreaches, gives_back_by_the_last_step_that_was_fallen_below) {
    constexpr Money kCharged{12'345'670'000};  // 12,345.67
    // 99.9 % of 2,592,000 s leave 2,592 s; 99 % leave 25,920 s.
    EXPECT_TRUE(find_breaches(level(), month_without(2'592), kCharged).empty());
    const auto small = find_breaches(level(), month_without(2'593), kCharged);
    ASSERT_EQ(small.size(), 1U);
    EXPECT_EQ(small[0].kind, ObjectiveKind::availability);
    EXPECT_EQ(small[0].attained_ppm, 998'999U);
    EXPECT_EQ(small[0].credit, Money{1'234'570'000});  // 1,234.567 to the fen.
    const auto large = find_breaches(level(), month_without(25'921), kCharged);
    ASSERT_EQ(large.size(), 1U);
    EXPECT_EQ(large[0].step, (CreditStep{990'000, 2'500}));
    EXPECT_EQ(large[0].credit, Money{3'086'420'000});  // 3,086.4175 to the fen.
}

TEST(FindBreaches, caps_what_all_objectives_give_back_together) {
    constexpr Money kCharged{1'000'000'000};
    ServiceRecord record = month_without(kMonth / 2);
    record.add_start(false);
    record.add_work(seconds(60), 100'000);
    const auto breaches = find_breaches(level(), record, kCharged);
    ASSERT_EQ(breaches.size(), 3U);
    EXPECT_EQ(breaches[0].credit, Money{250'000'000});
    EXPECT_EQ(breaches[1].credit, Money{50'000'000});
    EXPECT_EQ(breaches[2].credit, Money{});
    EXPECT_EQ(breaches[2].step.credit_basis_points, 5'000U);
}

TEST(FindBreaches, gives_nothing_back_of_nothing) {
    const auto breaches = find_breaches(level(), month_without(kMonth / 2), Money{});
    ASSERT_EQ(breaches.size(), 1U);
    EXPECT_EQ(breaches[0].credit, Money{});
}

RC_GTEST_PROP(FindBreaches, credits_make_the_capped_part_to_the_fen, ()) {
    ServiceRecord record = month_without(*rc::gen::inRange<std::int64_t>(0, kMonth / 20));
    for (int i = 0; i < 20; ++i) record.add_start(*rc::gen::inRange(0, 20) != 0);
    record.add_work(seconds(60), *rc::gen::inRange<std::uint32_t>(0, 1'200'000));
    const Money charged{*rc::gen::inRange<std::int64_t>(0, 100'000'000'000'000) * kMicrosPerFen};
    const auto breaches = find_breaches(level(), record, charged);
    std::uint32_t basis_points = 0;
    for (const Breach& one : breaches) {
        basis_points += one.step.credit_basis_points;
        RC_ASSERT(one.credit >= Money{} && one.credit.micros % kMicrosPerFen == 0);
        RC_ASSERT(one.attained_ppm < one.step.below_ppm);
    }
    basis_points = std::min(basis_points, level().credit_cap_basis_points());
    // Half a fen at most is between them: doubled, in ten thousandths of a micro.
    const Wide error =
        Wide{sum_of(breaches).micros} * kWholeBasisPoints - Wide{charged.micros} * basis_points;
    RC_ASSERT(2 * (error < 0 ? -error : error) <= Wide{kMicrosPerFen} * kWholeBasisPoints);
    RC_ASSERT(sum_of(breaches) <= charged);
}

}  // namespace
}  // namespace penstock::sla
