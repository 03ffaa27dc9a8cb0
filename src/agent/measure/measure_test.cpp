#include "agent/measure/measure.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <filesystem>
#include <map>
#include <thread>

#include "agent/measure/disk.h"
#include "agent/measure/repetition.h"
#include "agent/measure/topology.h"

namespace penstock::agent {
namespace {

TEST(Repetition, takes_the_median_and_the_spread) {
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
    const auto summary = summarise({"n", "u", "m", "s"}, {1.5, 1.25, 1.0});
    EXPECT_EQ(summary.value_milli(), 1250);
    EXPECT_EQ(summary.spread_milli(), 500);
    EXPECT_EQ(summary.repetitions(), 3U);
}

TEST(Disk, reads_the_report_of_fio) {
    const std::string report =
        "fio: a warning\n{\"jobs\":[{\"read\":{\"bw_bytes\":1048576},\"write\":{\"bw_bytes\":5}}]}";
    EXPECT_EQ(parse_fio_bandwidth(report, "read").value(), 1048576);
    EXPECT_EQ(parse_fio_bandwidth(report, "write").value(), 5);
    for (const char* text : {"", "{}", "no report", "{\"jobs\":[]}", "{\"jobs\":[{\"read\":{}}]}"})
        EXPECT_FALSE(parse_fio_bandwidth(text, "read")) << text;
}

TEST(Topology, names_the_cores_of_the_pool_only) {
    const auto topology = read_topology({0});
    ASSERT_TRUE(topology);
    EXPECT_NE(topology->text.find("1 PU"), std::string::npos) << topology->text;
    EXPECT_FALSE(topology->cpu_model.empty());
}

TEST(Measure, gives_a_statement_with_sane_values) {
    char pattern[] = "/tmp/penstock-measure-XXXXXX";
    const std::string folder = ::mkdtemp(pattern);
    const auto profile =
        measure_pool({{0}, 1U << 30, folder, Thoroughness::quick, {PENSTOCK_MEASURE}});
    EXPECT_TRUE(std::filesystem::is_empty(folder)) << "the measured file is removed";
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(profile) << profile.error().message();
    EXPECT_EQ(profile->cores(), 1U);
    EXPECT_EQ(profile->cpu_ids(0), 0U);
    EXPECT_EQ(profile->memory_bytes(), 1U << 30);
    EXPECT_GT(profile->measured_at_ns(), 1'700'000'000'000'000'000);
    std::map<std::string, const v1::Measurement*> measured;
    for (const auto& measurement : profile->measurements()) {
        measured[measurement.name()] = &measurement;
        EXPECT_GE(measurement.spread_milli(), 0);
        EXPECT_FALSE(measurement.method().empty());
        EXPECT_FALSE(measurement.software().empty());
    }
    // From the slowest core of today, shared with others, to faster than any.
    ASSERT_TRUE(measured.contains("gemm_fp64") && measured.contains("gemm_fp32"));
    EXPECT_GT(measured["gemm_fp64"]->value_milli(), 200);
    EXPECT_LT(measured["gemm_fp64"]->value_milli(), 1'000'000);
    EXPECT_GT(measured["gemm_fp32"]->value_milli(), measured["gemm_fp64"]->value_milli() / 2);
    ASSERT_TRUE(measured.contains("triad"));
    EXPECT_GT(measured["triad"]->value_milli(), 200);
    EXPECT_LT(measured["triad"]->value_milli(), 2'000'000);
    ASSERT_TRUE(measured.contains("disk_read") && measured.contains("disk_write"));
    EXPECT_GT(measured["disk_write"]->value_milli(), 1000);
}

TEST(Measure, tells_when_the_program_cannot_run) {
    EXPECT_FALSE(measure_pool({{0}, 1, "/tmp", Thoroughness::quick, {"/nonexistent"}}));
}

TEST(Measure, ends_when_asked_to_stop_and_leaves_nothing) {
    char pattern[] = "/tmp/penstock-measure-XXXXXX";
    const std::string folder = ::mkdtemp(pattern);
    std::stop_source stop;
    const std::jthread stopper([&](std::stop_token over) {
        while (!over.stop_requested() && !std::filesystem::exists(folder + "/disk-measurement"))
            std::this_thread::yield();
        stop.request_stop();
    });
    const auto profile =
        measure_pool({{0},
                      1,
                      folder,
                      Thoroughness::full,
                      {"/bin/sh", "-c", "touch $3/disk-measurement; sleep 1000", "measure"}},
                     stop.get_token());
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().detail(), "/bin/sh was stopped");
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace penstock::agent
