#include "advise/estimate/runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "advise/estimate/error.h"
#include "advise/estimate/facts.h"

namespace penstock::estimate {
namespace {

RunsReport shipped_report() {
    const auto estimator = Estimator::shipped();
    EXPECT_TRUE(estimator) << estimator.error().message();
    const auto runs = read_runs(runs_csv(), "llm_runs.csv", *estimator);
    EXPECT_TRUE(runs) << runs.error().message();
    return check_runs(*estimator, *runs);
}

const RunCheck& row_of(const RunsReport& report, std::string_view model) {
    const auto found = std::ranges::find_if(
        report.rows, [&](const RunCheck& row) { return row.run.model == model; });
    EXPECT_NE(found, report.rows.end()) << model;
    return *found;
}

TEST(PublishedRuns, are_estimated_as_closely_as_the_guide_says) {
    const RunsReport report = shipped_report();
    for (const RunCheck& row : report.rows) {
        if (!row.estimate) continue;
        std::printf("%-28s %-9s published %11.0f estimated %11.0f (%.2f) within %d\n",
                    row.run.model.c_str(), std::string(name(row.standing)).c_str(),
                    *row.run.device_hours, row.estimate->device_hours.expected, row.ratio(),
                    row.within() ? 1 : 0);
    }
    std::printf("median error %.1f %%, worst factor %.2f, coverage %.0f %% of %zu\n",
                report.median_error * 100, report.worst_factor, report.coverage * 100,
                report.counted);
    EXPECT_GE(report.counted, 11U);
    EXPECT_LE(report.median_error, 0.20);
    EXPECT_LE(report.worst_factor, 1.8);
    EXPECT_GE(report.coverage, kCoverage);
}

TEST(PublishedRuns, count_only_what_was_read_and_is_one_training) {
    const RunsReport report = shipped_report();
    EXPECT_EQ(row_of(report, "Llama-2 7B").standing, Standing::counted);
    EXPECT_EQ(row_of(report, "Llama-3.1 405B").standing, Standing::counted);
    EXPECT_EQ(row_of(report, "BLOOM-176B").standing, Standing::recalled);
    EXPECT_EQ(row_of(report, "Llama-1 7B").standing, Standing::recalled);
    EXPECT_EQ(row_of(report, "Llama-3.2 1B").standing, Standing::outlier);
    EXPECT_EQ(row_of(report, "MegaScale 175B").standing, Standing::incomplete);
}

TEST(PublishedRuns, of_which_only_the_device_hours_are_recalled_are_as_close) {
    const RunsReport report = shipped_report();
    for (const RunCheck& row : report.rows) {
        if (row.standing != Standing::recalled) continue;
        EXPECT_LT(std::abs(std::log(row.ratio())), std::log(1.8)) << row.run.model;
    }
}

TEST(PublishedRuns, take_chip_and_precision_from_their_notes) {
    const RunsReport report = shipped_report();
    EXPECT_EQ(row_of(report, "MPT-1.3B").estimate->chip.model, "A100-SXM4-40GB");
    EXPECT_EQ(row_of(report, "Llama-2 70B").estimate->chip.model, "A100-SXM4-80GB");
    EXPECT_EQ(row_of(report, "DeepSeek-V3").estimate->peak.precision, Precision::fp8);
    EXPECT_EQ(row_of(report, "Llama-4 Scout 17Bx16E").estimate->peak.precision, Precision::bf16);
}

/// What is tested is not what the rule was made from.
TEST(PublishedRuns, that_count_are_no_published_figure_of_the_calibration) {
    const auto published = read_published(mfu_published_csv(), "llm_mfu_published.csv");
    ASSERT_TRUE(published);
    for (const RunCheck& row : shipped_report().rows) {
        if (!row.estimate) continue;
        for (const MfuPoint& point : published->mfu) {
            EXPECT_FALSE(point.parameters == row.estimate->architecture.parameters &&
                         point.devices == row.run.request.devices)
                << row.run.model;
        }
    }
}

/// The same runs as a buyer would ask for them, without knowing the architecture or the kind of
/// A100.
TEST(PublishedRuns, are_as_close_when_only_size_tokens_and_chip_are_given) {
    const auto estimator = Estimator::shipped();
    ASSERT_TRUE(estimator);
    auto runs = read_runs(runs_csv(), "llm_runs.csv", *estimator);
    ASSERT_TRUE(runs);
    for (PublishedRun& run : *runs) {
        if (run.request.model.empty()) continue;
        const auto known = estimator->architectures.find(run.request.model);
        run.request.model.clear();
        run.request.parameters = known->parameters;
        if (known->is_mixture()) run.request.active_parameters = known->active_parameters;
        run.request.precision = Precision::bf16;
        run.request.device = run.request.device.substr(0, run.request.device.find('-'));
    }
    const RunsReport report = check_runs(*estimator, *runs);
    EXPECT_LE(report.median_error, 0.20);
    EXPECT_LE(report.worst_factor, 1.8);
    EXPECT_GE(report.coverage, kCoverage);
}

TEST(ReadRuns, names_the_line_of_what_is_no_number) {
    const auto estimator = Estimator::shipped();
    ASSERT_TRUE(estimator);
    const std::string header =
        "model,params_b,active_params_b,tokens_b,device,num_devices,device_hours,verified,source,"
        "notes\n";
    const auto runs = read_runs(header + "x,7,,1e3,A100,,many,read,s,\n", "r.csv", *estimator);
    ASSERT_FALSE(runs);
    EXPECT_EQ(runs.error().number(), kTableBroken.number);
    EXPECT_NE(runs.error().detail().find("r.csv:2: device_hours"), std::string::npos);
    const auto refused = read_runs(header + "x,7,,1000,Q9,,5,read,s,\n", "r.csv", *estimator);
    ASSERT_TRUE(refused);
    EXPECT_EQ(check_runs(*estimator, *refused).rows[0].standing, Standing::refused);
}

}  // namespace
}  // namespace penstock::estimate
