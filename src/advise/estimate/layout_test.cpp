#include "advise/estimate/layout.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "advise/estimate/facts.h"

namespace penstock::estimate {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;

LayoutRequest request_of(std::string_view model, double devices, double memory_gib) {
    static const ArchitectureTable kTable =
        *ArchitectureTable::read(architectures_csv(), "llm_architectures.csv");
    const Architecture architecture = *kTable.find(model);
    return {.architecture = architecture,
            .trained_parameters = architecture.parameters,
            .bytes = {},
            .device_memory_bytes = memory_gib * kGib,
            .devices = devices,
            .context = architecture.context,
            .recompute = {}};
}

TEST(StateBytes, are_eighteen_for_each_parameter) {
    const StateBytes bytes;
    EXPECT_EQ(bytes.weights + bytes.gradients + bytes.optimizer, 18);
}

TEST(Layout, is_plain_where_all_fits_on_one_device) {
    const auto layout = find_layout(request_of("MPT-125M", 1, 80));
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->tensor * layout->pipeline * layout->data, 1);
    EXPECT_EQ(layout->recompute, Recompute::none);
    EXPECT_EQ(layout->bubble, 0);
    EXPECT_EQ(layout->weight_bytes, 2 * 0.125e9);
    EXPECT_EQ(layout->gradient_bytes, 4 * 0.125e9);
    EXPECT_EQ(layout->optimizer_bytes, 12 * 0.125e9);
    EXPECT_EQ(layout->activation_bytes, 34.0 * 12 * 2048 * 768);
}

TEST(Layout, holds_published_models_on_their_published_devices) {
    struct Published {
        const char* model;
        double devices;
        double memory_gib;
    };
    for (const auto& [model, devices, memory] :
         {Published{"BLOOM-176B", 384, 80}, Published{"Llama-1 65B", 2048, 80},
          Published{"Llama-3.1 405B", 16'384, 80}, Published{"TinyLlama 1.1B", 16, 40},
          Published{"DeepSeek-V3", 2048, 80}}) {
        const auto layout = find_layout(request_of(model, devices, memory));
        ASSERT_TRUE(layout) << model;
        EXPECT_LE(layout->bytes(), memory * kGib * kMemoryShare) << model;
    }
}

TEST(Layout, does_not_exist_where_nothing_fits) {
    EXPECT_FALSE(find_layout(request_of("GPT-3 175B", 8, 32)));
    const auto least = smallest_devices(request_of("GPT-3 175B", 1, 32));
    ASSERT_TRUE(least);
    // 18 bytes for each parameter alone fill 110 cards of 32 GiB.
    EXPECT_GE(*least, 110);
    EXPECT_LE(*least, 256);
}

TEST(Layout, counts_the_bubble_of_its_pipeline) {
    auto request = request_of("GPT-3 175B", 1024, 80);
    request.batch_tokens = 1536 * 2048;
    request.recompute = Recompute::full;
    const auto layout = find_layout(request);
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->bubble,
              (layout->pipeline - 1) / (layout->micro_batches + layout->pipeline - 1));
    EXPECT_LT(layout->bubble, 0.5);
}

TEST(Layout, of_adapters_needs_far_less) {
    auto request = request_of("Llama-2 70B", 1, 80);
    const auto full = smallest_devices(request);
    request.trained_parameters = 2e8;
    const auto adapters = smallest_devices(request);
    request.bytes.weights = 0.5;
    const auto four_bits = smallest_devices(request);
    ASSERT_TRUE(full && adapters && four_bits);
    EXPECT_GT(*full, *adapters);
    EXPECT_GT(*adapters, *four_bits);
    EXPECT_EQ(*four_bits, 1);
}

RC_GTEST_PROP(LayoutProperty, fits_its_memory_and_its_devices, ()) {
    auto request = request_of("GPT-3 175B", 1, 80);
    const double parameters = std::pow(10.0, *rc::gen::inRange(7, 13));
    request.architecture.parameters = parameters;
    request.architecture.active_parameters = parameters;
    request.architecture.layers = *rc::gen::inRange(1, 130);
    request.architecture.width = std::sqrt(parameters / (12 * request.architecture.layers));
    request.trained_parameters = parameters;
    request.devices = *rc::gen::inRange(1, 20'000);
    request.context = *rc::gen::inRange(1, 32'768);
    request.batch_tokens = *rc::gen::inRange(1, 20'000'000);
    request.device_memory_bytes = *rc::gen::inRange(8, 200) * kGib;
    const auto layout = find_layout(request);
    const auto least = smallest_devices(request);
    if (layout) {
        RC_ASSERT(layout->bytes() <= request.device_memory_bytes * kMemoryShare);
        RC_ASSERT(layout->tensor <= request.devices_per_node);
        RC_ASSERT(layout->pipeline <= request.architecture.layers);
        RC_ASSERT(layout->tensor * layout->pipeline * layout->data + layout->idle_devices ==
                  request.devices);
        RC_ASSERT(layout->idle_devices >= 0);
        RC_ASSERT(layout->bubble >= 0 && layout->bubble < 1);
        RC_ASSERT(least.has_value());
    }
    if (least) {
        request.devices = *least;
        RC_ASSERT(find_layout(request).has_value());
        // A node less, or half of a part of one, does not do.
        request.devices =
            *least > request.devices_per_node ? *least - request.devices_per_node : *least / 2;
        if (request.devices >= 1) RC_ASSERT(!find_layout(request).has_value());
    }
}

}  // namespace
}  // namespace penstock::estimate
