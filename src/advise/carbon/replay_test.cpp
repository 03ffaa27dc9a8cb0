#include "advise/carbon/replay.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

#include "advise/carbon/error.h"
#include "advise/carbon/synthetic.h"
#include "advise/carbon/test_series.h"

namespace penstock::carbon {
namespace {

struct Ratio {
    double emitted = 0;
    double wait_hours = 0;
    double part_wait_hours = 0;
};

Ratio ratio(const HourlySeries& series, const JobList& list, Policy policy) {
    const auto at_once = replay(series, list, Policy::no_wait);
    const auto outcome = replay(series, list, policy);
    EXPECT_TRUE(at_once && outcome);
    return {normalised(*outcome, *at_once), mean_wait_hours(*outcome, list),
            mean_part_wait_hours(*outcome)};
}

TEST(CarbonReplay, gives_the_published_figures_on_the_published_trace) {
    const auto csv = carbon_data("em2022_AU-SA_hourly.csv");
    const auto jobs = carbon_data("gaia/pai_1k.csv");
    if (!csv || !jobs) GTEST_SKIP() << "no PENSTOCK_DATA";
    const auto series = HourlySeries::parse(*csv, "AU-SA")->part(7000, 720);
    const auto list = JobList::parse(*jobs, "pai_1k");
    ASSERT_TRUE(series && list);
    EXPECT_TRUE(is_published_setting(*replay(*series, *list, Policy::no_wait)));
    for (const Policy policy :
         {Policy::lowest_slot, Policy::lowest_window, Policy::carbon_time, Policy::ecovisor}) {
        const auto& facts = kPolicies[std::to_underlying(policy)];
        EXPECT_EQ(std::lround(ratio(*series, *list, policy).emitted * 10'000),
                  std::lround(*facts.published * 10'000))
            << facts.name;
    }
    const Ratio ecovisor = ratio(*series, *list, Policy::ecovisor);
    const Ratio ours = ratio(*series, *list, Policy::expected_carbon);
    EXPECT_EQ(std::lround(ecovisor.part_wait_hours * 100), 782);
    EXPECT_LT(ours.emitted, ecovisor.emitted - 0.02);
    EXPECT_LT(ours.wait_hours, ecovisor.wait_hours);
    EXPECT_LT(ours.part_wait_hours, ecovisor.part_wait_hours);
}

TEST(CarbonReplay, knows_other_jobs_from_the_published_ones) {
    const HourlySeries series = uneven_days(15 * 24, 1);
    const JobList list = synthetic_jobs(Lengths::even, 50, 1);
    EXPECT_FALSE(is_published_setting(*replay(series, list, Policy::no_wait)));
}

TEST(CarbonReplay, our_policy_beats_ecovisor_in_other_zones_without_more_waiting) {
    int zones = 0;
    for (const std::string zone : {"DE", "PL", "SE-SE1"}) {
        const auto csv = carbon_data("em2022_" + zone + "_hourly.csv");
        if (!csv) continue;
        ++zones;
        for (const Lengths lengths : {Lengths::exponential, Lengths::heavy_tailed, Lengths::even}) {
            const auto series = HourlySeries::parse(*csv, zone)->part(4000, 720);
            const JobList list = synthetic_jobs(lengths, 200, 11);
            const Ratio ecovisor = ratio(*series, list, Policy::ecovisor);
            const Ratio ours = ratio(*series, list, Policy::expected_carbon);
            EXPECT_LT(ours.emitted, ecovisor.emitted) << zone << std::to_underlying(lengths);
            EXPECT_LE(ours.wait_hours, ecovisor.wait_hours) << zone << std::to_underlying(lengths);
        }
    }
    if (zones == 0) GTEST_SKIP() << "no PENSTOCK_DATA";
}

TEST(CarbonReplay, our_policy_beats_ecovisor_on_made_up_days) {
    double emitted_by_ours = 0;
    double emitted_by_ecovisor = 0;
    double waited_by_ours = 0;
    double waited_by_ecovisor = 0;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        const HourlySeries series = uneven_days(15 * 24, seed);
        const JobList list = synthetic_jobs(Lengths::exponential, 100, seed);
        const Ratio ecovisor = ratio(series, list, Policy::ecovisor);
        const Ratio ours = ratio(series, list, Policy::expected_carbon);
        emitted_by_ours += ours.emitted;
        emitted_by_ecovisor += ecovisor.emitted;
        waited_by_ours += ours.wait_hours;
        waited_by_ecovisor += ecovisor.wait_hours;
    }
    EXPECT_LT(emitted_by_ours, emitted_by_ecovisor);
    EXPECT_LE(waited_by_ours, waited_by_ecovisor);
}

TEST(CarbonReplay, refuses_a_series_that_ends_before_the_jobs_may) {
    const JobList list = JobList::of({{.arrival = kDay, .length = 3 * kHour, .cores = 1}});
    const auto refused = replay(uneven_days(70, 1), list, Policy::no_wait);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kSeriesTooShort.number);
    EXPECT_TRUE(replay(uneven_days(76, 1), list, Policy::expected_carbon));
}

TEST(CarbonReplay, names_its_policies_when_one_is_unknown) {
    EXPECT_EQ(find_policy("ecovisor")->policy, Policy::ecovisor);
    const auto unknown = find_policy("ecoviser");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().detail().find("ecovisor"), std::string::npos);
    for (std::size_t i = 0; i < kPolicies.size(); ++i)
        EXPECT_EQ(std::to_underlying(kPolicies[i].policy), i);
}

}  // namespace
}  // namespace penstock::carbon
