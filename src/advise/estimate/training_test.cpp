#include "advise/estimate/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "advise/estimate/error.h"

namespace penstock::estimate {
namespace {

const Estimator& estimator() {
    static const Estimator kEstimator = *Estimator::shipped();
    return kEstimator;
}

TrainingRequest request_of(double parameters, double tokens, std::string device) {
    TrainingRequest request;
    request.parameters = parameters;
    request.tokens = tokens;
    request.device = std::move(device);
    return request;
}

TrainingEstimate estimated(const TrainingRequest& request) {
    const auto estimate = estimate_training(estimator(), request);
    EXPECT_TRUE(estimate) << estimate.error().message();
    return *estimate;
}

/// arXiv:2005.14165: 174.6 B parameters, 300 B tokens, 3.14e23 FLOPs, 3,640 PF-days.
TEST(TrainingFlops, are_those_of_gpt_3) {
    const auto estimate = estimated(request_of(174.6e9, 300e9, "V100"));
    EXPECT_NEAR(estimate.flops.weights, 3.143e23, 0.0005e23);
    EXPECT_NEAR(estimate.flops.weights / (1e15 * 86'400), 3638, 1);
}

/// facebookresearch/metaseq: 4.30e23 FLOPs and 33 days of 1,024 A100 are 147 TFLOPS each. They
/// count a second forward pass.
TEST(TrainingFlops, are_those_of_opt_with_all_recomputed) {
    TrainingRequest request;
    request.model = "OPT-175B";
    request.tokens = 300e9;
    request.device = "A100";
    request.devices = 1024;
    request.recompute = Recompute::full;
    const auto estimate = estimated(request);
    EXPECT_NEAR(estimate.flops.hardware / 4.30e23, 1, 0.03);
    EXPECT_NEAR(estimate.flops.hardware / (1024 * 33 * 86'400.0) / 1e12, 147, 5);
    EXPECT_GT(estimate.hfu, estimate.utilisation.mfu * 1.3);
    EXPECT_TRUE(estimate.wall_hours.low <= 33 * 24 && 33 * 24 <= estimate.wall_hours.high);
}

/// bigscience tr11: 384 A100 as TP 4, PP 12, DP 8; 3.5 months for 366 B tokens.
TEST(Training, of_bloom_fits_its_devices) {
    TrainingRequest request;
    request.model = "BLOOM-176B";
    request.tokens = 366e9;
    request.device = "A100-80G";
    request.devices = 384;
    const auto estimate = estimated(request);
    ASSERT_TRUE(estimate.layout);
    EXPECT_LE(*estimate.smallest_devices, 384);
    EXPECT_GT(estimate.layout->tensor * estimate.layout->pipeline, 1);
    // Its checkpoints are said to be of 2.3 TB.
    EXPECT_NEAR(estimate.goodput.checkpoint_bytes / 2.3e12, 1, 0.1);
}

/// GPT-3: 1,287 MWh at a PUE of 1.1, in 14.8 days of 10,000 V100.
TEST(Energy, is_that_of_gpt_3) {
    const double hours = 14.8 * 24 * 10'000;
    const Span energy = energy_kwh({hours, hours, hours}, 300, 1.1);
    EXPECT_NEAR(energy.expected / 1000, 1287, 0.002 * 1287);
}

TEST(Training, divides_time_by_devices_and_keeps_the_interval_around) {
    auto request = request_of(70e9, 1e12, "H100");
    request.devices = 1024;
    const auto estimate = estimated(request);
    EXPECT_LT(estimate.device_hours.low, estimate.device_hours.expected);
    EXPECT_LT(estimate.device_hours.expected, estimate.device_hours.high);
    EXPECT_NEAR(estimate.wall_hours.expected * 1024, estimate.device_hours.expected, 1);
    const double by_hand = estimate.flops.model() / 3600 /
                           (989e12 * estimate.utilisation.mfu * estimate.goodput.share);
    EXPECT_NEAR(estimate.device_hours.expected / by_hand, 1, 1e-9);
    EXPECT_TRUE(estimate.may_be_billed_on);
    EXPECT_FALSE(estimate.devices_chosen);
}

TEST(Training, chooses_devices_for_the_days) {
    auto request = request_of(70e9, 1e12, "H100");
    for (const double days : {3.0, 30.0, 300.0}) {
        request.days = days;
        const auto estimate = estimated(request);
        EXPECT_TRUE(estimate.devices_chosen);
        EXPECT_LE(estimate.wall_hours.expected, days * 24 * (1 + 1e-9)) << days;
        EXPECT_GE(estimate.devices, *estimate.smallest_devices);
        EXPECT_EQ(std::fmod(estimate.devices, 8), 0);
        ASSERT_TRUE(estimate.layout) << days;
    }
}

TEST(Training, of_large_clusters_takes_batches_that_use_them) {
    TrainingRequest request;
    request.model = "Llama-3.1 405B";
    request.tokens = 15.6e12;
    request.device = "H100";
    request.devices = 16'384;
    const auto estimate = estimated(request);
    ASSERT_TRUE(estimate.layout);
    EXPECT_LT(estimate.layout->idle_devices, 0.1 * 16'384);
    EXPECT_GE(estimate.batch_tokens, 16e6);
    request.batch_tokens = 4e6;
    EXPECT_EQ(estimated(request).batch_tokens, 4e6);
}

TEST(Training, counts_active_parameters_for_time_and_all_for_memory) {
    auto dense = request_of(37e9, 1e12, "H800");
    auto mixture = request_of(671e9, 1e12, "H800");
    mixture.active_parameters = 37e9;
    dense.devices = mixture.devices = 2048;
    const auto small = estimated(dense);
    const auto large = estimated(mixture);
    EXPECT_EQ(small.flops.weights, large.flops.weights);
    EXPECT_NEAR(large.device_hours.expected / small.device_hours.expected, 1, 0.02);
    EXPECT_GT(*large.smallest_devices, *small.smallest_devices * 4);
}

TEST(Training, grows_with_parameters_tokens_and_context) {
    const auto base = estimated(request_of(7e9, 1e12, "A100")).device_hours.expected;
    EXPECT_GT(estimated(request_of(9e9, 1e12, "A100")).device_hours.expected, base);
    EXPECT_NEAR(estimated(request_of(7e9, 2e12, "A100")).device_hours.expected / base, 2, 0.2);
    auto longer = request_of(7e9, 1e12, "A100");
    longer.context = 32'768;
    EXPECT_GT(estimated(longer).device_hours.expected, base);
}

TEST(Training, on_chips_of_low_confidence_says_so) {
    const auto sure = estimated(request_of(7e9, 1e12, "H100"));
    const auto unsure = estimated(request_of(7e9, 1e12, "Ascend 910B2"));
    EXPECT_TRUE(sure.may_be_billed_on);
    EXPECT_FALSE(unsure.may_be_billed_on);
    ASSERT_FALSE(unsure.warnings.empty());
    EXPECT_EQ(unsure.warnings[0], Warning::never_bill);
    EXPECT_GT(unsure.device_hours.high / unsure.device_hours.low,
              sure.device_hours.high / sure.device_hours.low);
}

TEST(FineTuning, of_adapters_costs_two_thirds_and_little_memory) {
    auto request = request_of(70e9, 1e9, "A100");
    request.devices = 64;
    request.method = Method::full;
    const auto full = estimated(request);
    request.method = Method::lora;
    const auto lora = estimated(request);
    EXPECT_NEAR(lora.flops.weights / full.flops.weights, 2.0 / 3, 0.01);
    EXPECT_EQ(lora.flops.attention, full.flops.attention);
    EXPECT_LT(*lora.smallest_devices, *full.smallest_devices);
    request.method = Method::qlora;
    EXPECT_LE(*estimated(request).smallest_devices, *lora.smallest_devices);
}

/// Known of Llama 2 7B with rank 16 on every matrix: 39,976,960 parameters.
TEST(FineTuning, counts_the_adapters_of_llama_2_7b) {
    const auto model = estimator().architectures.find("Llama-2 7B");
    ASSERT_TRUE(model);
    EXPECT_NEAR(adapter_parameters(*model, 16), 39'976'960, 0.01 * 39'976'960);
}

TEST(Training, refuses_what_is_missing_absurd_or_contradicts_itself) {
    const auto refused = [](TrainingRequest request) {
        const auto estimate = estimate_training(estimator(), request);
        return estimate ? std::string("taken") : std::string(estimate.error().field());
    };
    const auto good = request_of(7e9, 1e12, "A100");
    EXPECT_EQ(refused(good), "taken");
    auto bad = good;
    bad.parameters = 1e18;
    EXPECT_EQ(refused(bad), "params");
    bad.parameters = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(refused(bad), "params");
    bad.parameters.reset();
    EXPECT_EQ(refused(bad), "params");
    bad = good;
    bad.tokens.reset();
    EXPECT_EQ(refused(bad), "tokens");
    bad.tokens = 0;
    EXPECT_EQ(refused(bad), "tokens");
    bad = good;
    bad.devices = 0;
    EXPECT_EQ(refused(bad), "devices");
    bad.devices = 7.5;
    EXPECT_EQ(refused(bad), "devices");
    bad = good;
    bad.device = "Z9000";
    EXPECT_EQ(refused(bad), "device");
    bad = good;
    bad.active_parameters = 8e9;
    EXPECT_EQ(refused(bad), "active_params");
    bad = good;
    bad.model = "Llama-2 7B";
    EXPECT_EQ(refused(bad), "params");
    bad = good;
    bad.power_usage_effectiveness = 0.9;
    EXPECT_EQ(refused(bad), "pue");
}

/// No size in range breaks the estimator, whatever it runs on.
TEST(Training, has_an_answer_for_every_chip_with_figures) {
    for (const Chip& chip : estimator().chips.chips()) {
        for (const double parameters : {1e6, 1e9, 1e14}) {
            const auto estimate =
                estimate_training(estimator(), request_of(parameters, parameters * 20, chip.model));
            if (!estimate) {
                EXPECT_EQ(estimate.error().number(), kFigureUnknown.number) << chip.model;
                continue;
            }
            EXPECT_GT(estimate->device_hours.low, 0) << chip.model;
            EXPECT_TRUE(std::isfinite(estimate->device_hours.high)) << chip.model;
        }
    }
}

}  // namespace
}  // namespace penstock::estimate
