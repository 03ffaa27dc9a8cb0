#include "core/catalog/profile_rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/catalog/error.h"
#include "core/catalog/test_profile.h"

namespace penstock::catalog {
namespace {

constexpr Instant kNow{1'000'000'000'000'000};

/// What is said of a good profile after a change to it.
std::string_view refusal(const std::function<void(Profile&)>& change) {
    Profile profile = test_profile(8, kNow);
    change(profile);
    const auto checked = check_profile_facts(profile, kNow);
    return checked ? "" : checked.error().reason();
}

TEST(ProfileRules, take_what_a_measurement_can_show) {
    EXPECT_EQ(refusal([](Profile&) {}), "");
    EXPECT_EQ(refusal([](Profile& p) { p.cores = 1; }), "");
    EXPECT_EQ(refusal([](Profile& p) { p.cores = 4096; }), "");
    EXPECT_EQ(refusal([](Profile& p) { p.memory_bytes = 1; }), "");
    EXPECT_EQ(refusal([](Profile& p) { p.topology.clear(); }), "");
    EXPECT_EQ(refusal([](Profile& p) { p.cpu_model.clear(); }), "");
    EXPECT_EQ(refusal([](Profile& p) { p.cpu_model = "Some CPU @ 2.50GHz "; }), "");
    EXPECT_EQ(refusal([](Profile& p) { p.cpu_ids = {0, 1, 2, 3, 8, 9, 10, 11}; }), "");
    EXPECT_EQ(refusal([](Profile& p) { p.measurements[0].spread_milli = 0; }), "");
    EXPECT_EQ(refusal([](Profile& p) {
                  p.measurements.push_back(test_measurement("disk_read", "MB/s", 1));
              }),
              "");
}

TEST(ProfileRules, refuse_impossible_sizes) {
    for (const std::uint32_t cores : {0U, 4097U, 4'294'967'295U}) {
        EXPECT_EQ(refusal([&](Profile& p) { p.cores = cores; }), "PROFILE_CORES_INVALID");
    }
    for (const std::uint64_t bytes : {0ULL, (1ULL << 50U) + 1, ~0ULL}) {
        EXPECT_EQ(refusal([&](Profile& p) { p.memory_bytes = bytes; }), "PROFILE_MEMORY_INVALID");
    }
}

TEST(ProfileRules, refuse_a_clock_more_than_a_day_off) {
    const Duration day = seconds(24 * 3600);
    EXPECT_EQ(refusal([&](Profile& p) { p.measured_at = kNow - day; }), "");
    EXPECT_EQ(refusal([&](Profile& p) { p.measured_at = kNow + day; }), "");
    for (const Instant at : {kNow - day - Duration{1}, kNow + day + Duration{1}, Instant{0},
                             Instant{-1}, Instant{INT64_MIN}, Instant{INT64_MAX}}) {
        EXPECT_EQ(refusal([&](Profile& p) { p.measured_at = at; }), "PROFILE_TIME_INVALID");
    }
}

TEST(ProfileRules, refuse_texts_that_are_too_long_or_no_text) {
    const std::vector<std::function<void(Profile&)>> changes{
        [](Profile& p) { p.cpu_model = std::string(201, 'x'); },
        [](Profile& p) { p.cpu_model = "\xFF"; },
        [](Profile& p) { p.topology = std::string(4001, 'x'); },
        [](Profile& p) { p.topology = std::string(1, '\0'); },
        [](Profile& p) { p.measurements[0].name.clear(); },
        [](Profile& p) { p.measurements[0].name = std::string(41, 'x'); },
        [](Profile& p) { p.measurements[0].unit.clear(); },
        [](Profile& p) { p.measurements[0].unit = std::string(21, 'x'); },
        [](Profile& p) { p.measurements[0].method = std::string(301, 'x'); },
        [](Profile& p) { p.measurements[0].software = std::string(301, 'x'); },
    };
    for (const auto& change : changes) EXPECT_EQ(refusal(change), "PROFILE_TEXT_INVALID");
}

TEST(ProfileRules, refuse_processors_that_are_not_as_many_as_the_cores_and_all_different) {
    EXPECT_EQ(refusal([](Profile& p) { p.cpu_ids = {0}; }), "PROFILE_CPUS_INVALID");
    EXPECT_EQ(refusal([](Profile& p) { p.cpu_ids = {0, 1, 2, 3, 4, 5, 6, 6}; }),
              "PROFILE_CPUS_INVALID");
}

TEST(ProfileRules, refuse_measurements_without_sense) {
    const std::vector<std::function<void(Profile&)>> changes{
        [](Profile& p) { p.measurements[2].value_milli = 0; },
        [](Profile& p) { p.measurements[2].value_milli = -1; },
        [](Profile& p) { p.measurements[2].value_milli = INT64_MAX; },
        [](Profile& p) { p.measurements[2].spread_milli = -1; },
        [](Profile& p) { p.measurements[2].spread_milli = INT64_MAX; },
        [](Profile& p) { p.measurements[2].repetitions = 0; },
        [](Profile& p) { p.measurements[2].repetitions = 1'000'001; },
        [](Profile& p) { p.measurements.push_back(p.measurements[0]); },
        [](Profile& p) {
            for (int i = 0; i < 62; ++i) {
                p.measurements.push_back(test_measurement("m" + std::to_string(i), "MB/s", 1));
            }
        },
    };
    for (const auto& change : changes) EXPECT_EQ(refusal(change), "MEASUREMENT_INVALID");
}

TEST(ProfileRules, need_the_measurements_by_which_pools_are_compared) {
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(refusal([&](Profile& p) {
                      p.measurements.erase(p.measurements.begin() + static_cast<long>(i));
                  }),
                  "MEASUREMENT_MISSING");
        EXPECT_EQ(refusal([&](Profile& p) { p.measurements[i].unit = "MB/s"; }),
                  "MEASUREMENT_MISSING");
    }
}

TEST(Profile, gives_speed_and_memory_for_one_core) {
    const Profile profile = test_profile(8, kNow);
    EXPECT_EQ(gemm_fp64_mflops_per_core(profile), 12'000);
    EXPECT_EQ(memory_per_core_bytes(profile), std::uint64_t{1} << 32U);
    EXPECT_EQ(gemm_fp64_mflops_per_core(Profile{}), 0);
    EXPECT_EQ(memory_per_core_bytes(Profile{}), 0U);
}

TEST(CatalogRejections, are_numbered_and_named_once) {
    std::set<int> numbers;
    std::set<std::string_view> reasons;
    for (const Rejection* rejection : kRejections) {
        EXPECT_EQ(rejection->number / 1000, 3) << rejection->reason;
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->reason;
        EXPECT_TRUE(reasons.insert(rejection->reason).second) << rejection->reason;
        EXPECT_TRUE(rejection->remedy.ends_with(".")) << rejection->reason;
    }
    EXPECT_EQ(numbers.size(), 26U);
}

}  // namespace
}  // namespace penstock::catalog
