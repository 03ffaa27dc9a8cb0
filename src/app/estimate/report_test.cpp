#include "app/estimate/report.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "advise/estimate/facts.h"
#include "app/estimate/chart.h"
#include "app/estimate/finished.h"
#include "app/estimate/options.h"

namespace penstock::app {
namespace {

namespace json = boost::json;

const estimate::Estimator& estimator() {
    static const estimate::Estimator kEstimator = *estimate::Estimator::shipped();
    return kEstimator;
}

EstimateOptions options_of(std::string parameters, std::string tokens, std::string device) {
    EstimateOptions options;
    options.parameters = std::move(parameters);
    options.tokens = std::move(tokens);
    options.device = std::move(device);
    return options;
}

estimate::TrainingEstimate estimated(const EstimateOptions& options, estimate::Method method) {
    const auto request = training_request(options, method);
    EXPECT_TRUE(request) << request.error().message();
    const auto estimate = estimate_training(estimator(), *request);
    EXPECT_TRUE(estimate) << estimate.error().message();
    return *estimate;
}

TEST(EstimateReport, gives_device_hours_with_their_interval_as_json) {
    const auto estimate = estimated(options_of("70B", "1T", "A100"), estimate::Method::pretrain);
    const std::string text = report_json(estimate, estimate::Method::pretrain);
    EXPECT_TRUE(text.ends_with("\n"));
    const json::value value = json::parse(text);
    const json::value& hours = value.at("device_hours");
    EXPECT_LT(hours.at("low").as_double(), hours.at("expected").as_double());
    EXPECT_LT(hours.at("expected").as_double(), hours.at("high").as_double());
    EXPECT_TRUE(value.at("chip").at("model").as_string() == "A100-SXM4-80GB");
    EXPECT_TRUE(value.at("may_be_billed_on").as_bool());
    EXPECT_TRUE(value.at("method").as_string() == "pretrain");
    EXPECT_GT(value.at("layout").at("bytes_per_device").at("total").as_double(), 0);
}

TEST(EstimateReport, reads_chinese_units_as_english_ones) {
    const auto chinese = estimated(options_of("700亿", "1万亿", "A100"), estimate::Method::full);
    const auto english = estimated(options_of("70B", "1T", "A100"), estimate::Method::full);
    EXPECT_EQ(report_json(chinese, estimate::Method::full),
              report_json(english, estimate::Method::full));
}

TEST(EstimateReport, says_of_each_figure_where_it_comes_from) {
    const auto estimate =
        estimated(options_of("7B", "1T", "昇腾910B2"), estimate::Method::pretrain);
    const std::string english = report_text(estimate, format::Language::english);
    for (const char* part : {"FROM", "llm-cal", "FlagPerf", "assumed", "6·N·D", "Young–Daly",
                             "never bill", "device-hours"})
        EXPECT_NE(english.find(part), std::string::npos) << part << "\n" << english;
    const std::string chinese = report_text(estimate, format::Language::chinese);
    for (const char* part : {"依据", "卡时", "不得据此计费"})
        EXPECT_NE(chinese.find(part), std::string::npos) << part << "\n" << chinese;
}

/// A file that goes with the test.
class RunsFile {
  public:
    explicit RunsFile(const std::string& rows) {
        std::ofstream out(path_);
        out << "model,params_b,active_params_b,tokens_b,device,num_devices,wall_hours,device_hours,"
               "reported_mfu_pct,reported_hfu_pct,reported_tflops_per_device,reported_total_flops,"
               "parallelism,implied_mfu_pct_6ND,verified,source,notes\n"
            << rows;
    }
    ~RunsFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

  private:
    std::string path_ = testing::TempDir() + "finished-" + std::to_string(getpid()) + ".csv";
};

TEST(EstimateReport, is_corrected_by_finished_runs_of_the_chip) {
    const auto hours = [](const estimate::Estimator& taught, const char* device) {
        const auto request =
            training_request(options_of("7B", "1T", device), estimate::Method::pretrain);
        return estimate_training(taught, *request)->device_hours.expected;
    };
    const double before = hours(estimator(), "A100");
    std::string rows;
    for (int i = 0; i < 4; ++i)
        rows += "ours,7,,1000,A100,64,," + std::to_string(before * 1.5) + ",,,,,,,read,own,\n";
    const RunsFile file(rows);
    const auto taught = estimator_taught_by(file.path());
    ASSERT_TRUE(taught) << taught.error().message();
    EXPECT_GT(hours(*taught, "A100"), before * 1.1);
    EXPECT_LT(hours(*taught, "A100"), before * 1.5);
    EXPECT_EQ(hours(*taught, "H800"), hours(estimator(), "H800"));
}

TEST(EstimateReport, is_not_taught_by_runs_without_hours) {
    const RunsFile file("ours,7,,1000,A100,64,,,,,,,,,read,own,\n");
    const auto taught = estimator_taught_by(file.path());
    ASSERT_FALSE(taught);
    EXPECT_EQ(taught.error().reason(), "NOTHING_FINISHED");
}

TEST(EstimateReport, of_inference_gives_replicas) {
    EstimateOptions options;
    options.model = "Llama-2 70B";
    options.device = "H100";
    options.rate = "50";
    const auto request = inference_request(options);
    ASSERT_TRUE(request);
    const auto estimate = estimate_inference(estimator(), *request);
    ASSERT_TRUE(estimate);
    const json::value value = json::parse(report_json(*estimate));
    EXPECT_GT(value.at("replicas").as_double(), 0);
    EXPECT_GT(value.at("device_hours").at("expected").as_double(), 0);
    EXPECT_NE(report_text(*estimate, format::Language::english).find("KV cache"),
              std::string::npos);
}

TEST(EstimateReport, puts_every_run_on_a_line_and_into_a_picture) {
    const auto runs = estimate::read_runs(estimate::runs_csv(), "llm_runs.csv", estimator());
    ASSERT_TRUE(runs);
    const auto report = check_runs(estimator(), *runs);
    const std::string text = report_text(report, format::Language::english);
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), runs->size() + 2);
    EXPECT_EQ(json::parse(report_json(report)).at("rows").as_array().size(), runs->size());
    const auto png = runs_chart(report);
    ASSERT_TRUE(png);
    EXPECT_TRUE(png->starts_with("\x89PNG"));
}

TEST(EstimateOptions, say_their_words_in_the_help) {
    CLI::App app;
    EstimateOptions options;
    add_common_options(app, options);
    add_training_options(app, options);
    add_finetune_options(app, options);
    const std::string help = app.help();
    for (const char* words : {"zh|en", "none|selective|full", "full|lora|qlora"})
        EXPECT_NE(help.find(words), std::string::npos) << words;
    EXPECT_EQ(help.find("ENUM"), std::string::npos);
    EXPECT_EQ(help.find("->"), std::string::npos);
    app.parse("--language zh");
    EXPECT_EQ(options.language, format::Language::chinese);
    for (const char* wrong : {"--language 1", "--language german", "--recompute some"})
        EXPECT_THROW(app.parse(wrong), CLI::ValidationError) << wrong;
}

TEST(EstimateOptions, that_are_no_numbers_are_refused_by_name) {
    auto options = options_of("70Q", "1T", "A100");
    auto request = training_request(options, estimate::Method::pretrain);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().field(), "params");
    options.parameters = "70B";
    options.precision = "fp4";
    request = training_request(options, estimate::Method::pretrain);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().field(), "precision");
    options.precision.clear();
    options.storage = "fast";
    EXPECT_FALSE(training_request(options, estimate::Method::pretrain));
}

TEST(NumberText, has_commas_and_as_many_digits_as_say_something) {
    EXPECT_EQ(number_text(0), "0");
    EXPECT_EQ(number_text(1234567.8), "1,234,568");
    EXPECT_EQ(number_text(999), "999");
    EXPECT_EQ(number_text(12.34), "12.3");
    EXPECT_EQ(number_text(0.256), "0.26");
    EXPECT_EQ(number_text(8), "8");
    EXPECT_EQ(number_text(-1234), "-1,234");
    EXPECT_EQ(number_text(3.143e23), "3.143e+23");
}

}  // namespace
}  // namespace penstock::app
