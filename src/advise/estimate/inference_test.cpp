#include "advise/estimate/inference.h"

#include <gtest/gtest.h>

#include <string>

#include "advise/estimate/error.h"

namespace penstock::estimate {
namespace {

const Estimator& estimator() {
    static const Estimator kEstimator = *Estimator::shipped();
    return kEstimator;
}

InferenceRequest request_of(std::string model, std::string device) {
    InferenceRequest request;
    request.model = std::move(model);
    request.device = std::move(device);
    request.tokens = 1e9;
    return request;
}

InferenceEstimate estimated(const InferenceRequest& request) {
    const auto estimate = estimate_inference(estimator(), request);
    EXPECT_TRUE(estimate) << estimate.error().message();
    return *estimate;
}

std::string refused(const InferenceRequest& request) {
    const auto estimate = estimate_inference(estimator(), request);
    return estimate ? "taken" : estimate.error().field();
}

/// Known of Llama 2 7B: half a MiB of keys and values for each token; of 70B, 320 KiB.
TEST(Inference, counts_keys_and_values) {
    EXPECT_EQ(estimated(request_of("Llama-2 7B", "A100")).kv_bytes_per_token, 512 * 1024);
    EXPECT_EQ(estimated(request_of("Llama-2 70B", "A100")).kv_bytes_per_token, 320 * 1024);
}

/// One request alone reads all weights once for each token.
TEST(Inference, of_one_request_is_limited_by_memory) {
    auto request = request_of("Llama-2 7B", "A100");
    request.batch = 1;
    request.prompt = 1;
    const auto estimate = estimated(request);
    const double by_hand = 1000 * 2 * 6.74e9 / (2039e9 * 0.7);
    EXPECT_NEAR(estimate.token_ms.expected, by_hand, by_hand * 0.02);
    EXPECT_EQ(estimate.devices, 1);
    EXPECT_GT(estimate.batch_at_balance, 20);
}

/// A long prompt takes 2·N for each token at the cores' speed.
TEST(Inference, of_a_prompt_is_limited_by_cores) {
    auto request = request_of("Llama-2 7B", "A100");
    request.prompt = 4096;
    const auto estimate = estimated(request);
    const double weights = 2 * 6.74e9 * 4096 / (312e12 * estimate.utilisation.mfu);
    EXPECT_GT(estimate.first_token_ms.expected, 1000 * weights);
    EXPECT_LT(estimate.first_token_ms.expected, 1000 * weights * 1.2);
}

TEST(Inference, in_larger_batches_is_cheaper_and_slower) {
    auto request = request_of("Llama-2 7B", "A100");
    double hours = 1e18;
    double token_ms = 0;
    for (const double batch : {1.0, 8.0, 32.0}) {
        request.batch = batch;
        const auto estimate = estimated(request);
        EXPECT_LT(estimate.device_hours.expected, hours);
        EXPECT_GT(estimate.token_ms.expected, token_ms);
        EXPECT_LE(estimate.device_hours.low, estimate.device_hours.expected);
        EXPECT_LE(estimate.device_hours.expected, estimate.device_hours.high);
        hours = estimate.device_hours.expected;
        token_ms = estimate.token_ms.expected;
    }
    request.batch.reset();
    const auto most = estimated(request);
    EXPECT_EQ(most.batch, most.batch_most);
}

TEST(Inference, takes_the_fewest_devices_that_hold_the_model) {
    EXPECT_EQ(estimated(request_of("Llama-2 70B", "A100")).devices, 2);
    EXPECT_EQ(estimated(request_of("Llama-3.1 405B", "H100")).devices, 16);
    auto small = request_of("Llama-3.1 405B", "H100");
    small.weight_bits = 4;
    EXPECT_EQ(estimated(small).devices, 4);
    auto too_few = request_of("Llama-2 70B", "A100");
    too_few.devices = 1;
    EXPECT_EQ(refused(too_few), "devices");
}

TEST(Inference, keeps_to_the_latency_by_smaller_batches) {
    auto request = request_of("Llama-2 70B", "H100");
    request.devices = 4;
    const auto free = estimated(request);
    request.token_latency_ms = free.token_ms.expected * 0.6;
    const auto held = estimated(request);
    EXPECT_LT(held.batch, free.batch);
    EXPECT_LE(held.token_ms.expected, *request.token_latency_ms);
    request.batch = held.batch + 1;
    request.token_latency_ms.reset();
    EXPECT_GT(estimated(request).token_ms.expected, free.token_ms.expected * 0.6);
    request.batch.reset();
    request.token_latency_ms = 0.1;
    EXPECT_EQ(refused(request), "token_latency");
}

TEST(Inference, counts_replicas_for_a_rate) {
    auto request = request_of("Llama-2 7B", "A100");
    request.tokens.reset();
    request.rate = 100;
    const auto estimate = estimated(request);
    EXPECT_GE(estimate.replicas * estimate.tokens_per_s.expected * kReplicaLoad, 100 * 256);
    EXPECT_LT((estimate.replicas - 1) * estimate.tokens_per_s.expected * kReplicaLoad, 100 * 256);
    EXPECT_EQ(estimate.device_hours.expected, estimate.replicas * 24);
    EXPECT_LE(estimate.device_hours.low, estimate.device_hours.expected);
    EXPECT_LE(estimate.device_hours.expected, estimate.device_hours.high);
}

TEST(Inference, refuses_what_is_missing_absurd_or_contradicts_itself) {
    const auto good = request_of("Llama-2 7B", "A100");
    auto bad = good;
    bad.rate = 1;
    EXPECT_EQ(refused(bad), "rate");
    bad = good;
    bad.tokens.reset();
    EXPECT_EQ(refused(bad), "tokens");
    bad = good;
    bad.weight_bits = 3;
    EXPECT_EQ(refused(bad), "weight_bits");
    bad = good;
    bad.batch = 1e6;
    EXPECT_EQ(refused(bad), "batch");
    bad = good;
    bad.prompt = 0;
    EXPECT_EQ(refused(bad), "prompt");
    bad = good;
    bad.device = "TPU v7x";  // Nobody published its memory's speed.
    EXPECT_EQ(refused(bad), "device");
}

}  // namespace
}  // namespace penstock::estimate
