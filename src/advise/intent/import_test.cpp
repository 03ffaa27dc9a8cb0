#include "advise/intent/import.h"

#include <gtest/gtest.h>

#include <string>

#include "advise/intent/yaml.h"

namespace penstock::intent {
namespace {

Result<Imported> imported_of(std::string_view text, const ImportOptions& options = {}) {
    return import_intent(text, "f.yaml", options);
}

/// The intent, or the reason why there is none.
std::string intent_of(std::string_view text, const ImportOptions& options = {}) {
    const auto imported = imported_of(text, options);
    return imported ? canonical_json(imported->intent)
                    : std::string(imported.error().reason()) + " " + imported.error().field();
}

constexpr std::string_view kSkyPilot = R"(name: llama-train
num_nodes: 4
resources:
  infra: aws/cn-shanghai
  accelerators: H100:8
  cpus: 32+
  memory: 256+
  use_spot: true
  max_hourly_cost: 30.5
  disk_size: 512
envs:
  MODEL: llama
secrets:
  TOKEN: s3cr3t
setup: pip install torch
run: torchrun train.py
)";

TEST(ImportSkyPilot, maps_what_an_intent_says) {
    const auto imported = imported_of(kSkyPilot);
    ASSERT_TRUE(imported.has_value()) << imported.error().message();
    EXPECT_EQ(canonical_yaml(imported->intent), R"(nodes: 4
cards_per_node: 8
cores: 32
memory: 256GiB
chips: [h100]
unit_price: 30.50 USD per node-hour
places: [shanghai]
interruption: allowed
)");
    EXPECT_EQ(imported->task.name(), "llama-train");
    EXPECT_EQ(imported->task.run(), "torchrun train.py");
    EXPECT_EQ(imported->task.environment(0).value(), "llama");
    std::string warnings;
    for (const auto& warning : imported->warnings)
        warnings += warning.substr(0, warning.find(": ", warning.find(": ") + 2)) + "|";
    EXPECT_EQ(warnings,
              "f.yaml:4:10: resources.infra|f.yaml:9:20: resources.max_hourly_cost|"
              "f.yaml:10:3: resources.disk_size|f.yaml:13:1: secrets|");
    EXPECT_EQ(imported->task.SerializeAsString().find("s3cr3t"), std::string::npos);
}

TEST(ImportSkyPilot, keeps_the_meaning_of_alternatives) {
    EXPECT_EQ(intent_of("resources: {accelerators: [H100:8, A100-80GB:16]}"),
              R"({"ordered":[{"cards_per_node":8,"chips":["h100"]},)"
              R"({"cards_per_node":16,"card_memory":"80GB","chips":["a100"]}]})");
    EXPECT_EQ(intent_of("resources: {accelerators: {H100: 8, A100: 16}}"),
              R"({"any_of":[{"cards_per_node":8,"chips":["h100"]},)"
              R"({"cards_per_node":16,"chips":["a100"]}]})");
    EXPECT_EQ(intent_of("resources: {any_of: [{region: cn-beijing}, {region: wuhan}]}"),
              R"({"any_of":[{"places":["beijing"]},{"places":["wuhan"]}]})");
    EXPECT_EQ(intent_of("resources: {accelerators: H100}"),
              R"({"cards_per_node":1,"chips":["h100"]})");
}

TEST(ImportSkyPilot, refuses_what_would_change_its_meaning) {
    EXPECT_EQ(intent_of("resources: {accelerators: L4:0.5}"),
              "IMPORT_LOSSY resources.accelerators");
    EXPECT_EQ(intent_of("resources: {instance_type: p5.48xlarge}"),
              "IMPORT_LOSSY resources.instance_type");
    EXPECT_EQ(intent_of("resources: {region: us-east-1}"), "INTENT_UNKNOWN_NAME resources.region");
    EXPECT_EQ(intent_of("resources: {accelerators: X9:8}"),
              "INTENT_UNKNOWN_NAME resources.accelerators");
    EXPECT_EQ(intent_of("resources: {memory: 4x}"), "INTENT_VALUE resources.memory");
    EXPECT_EQ(intent_of("resources: {accelerators: [H100, A100], any_of: [{cpus: 1}, {cpus: 2}]}"),
              "INTENT_CONFLICT resources.any_of");
    EXPECT_EQ(intent_of("num_nodes: 0"), "INTENT_VALUE num_nodes");
    EXPECT_EQ(intent_of("resources: {max_hourly_cost: -1}"),
              "INTENT_VALUE resources.max_hourly_cost");
}

TEST(ImportDstack, maps_what_an_intent_says) {
    EXPECT_EQ(intent_of(R"(type: task
nodes: 2
commands: [python train.py]
resources:
  gpu: {vendor: nvidia, name: [H100, H200], count: 8, memory: 80GB..}
  cpu: 16..
  memory: 128GB..
spot_policy: on-demand
max_price: 12.5
max_duration: 36h
regions: [cn-beijing]
)"),
              R"({"nodes":2,"cards_per_node":8,"card_memory":"80GB","cores":16,"memory":"128GB",)"
              R"("chips":["h100","h200"],"duration":"1d12h",)"
              R"("unit_price":"12.50 USD per node-hour","places":["beijing"],)"
              R"("interruption":"none"})");
    EXPECT_EQ(intent_of("{type: service, resources: {gpu: 'A100:80GB:2'}}"),
              R"({"workload":"online-service","cards_per_node":2,"card_memory":"80GB",)"
              R"("chips":["a100"]})");
    EXPECT_EQ(intent_of("{type: task, resources: {gpu: 'nvidia:4'}}"),
              R"({"cards_per_node":4,"chips":["nvidia"]})");
}

TEST(ImportDstack, refuses_what_would_change_its_meaning) {
    EXPECT_EQ(intent_of("type: fleet"), "IMPORT_LOSSY type");
    EXPECT_EQ(intent_of("{type: task, resources: {gpu: {count: 2..4}}}"),
              "IMPORT_LOSSY resources.gpu.count");
    EXPECT_EQ(intent_of("{type: task, resources: {gpu: {memory: ..80GB}}}"),
              "IMPORT_LOSSY resources.gpu.memory");
    EXPECT_EQ(intent_of("{type: task, resources: {gpu: {total_memory: 80GB}}}"),
              "IMPORT_LOSSY resources.gpu.total_memory");
    EXPECT_EQ(intent_of("{type: task, instance_types: [p5]}"), "IMPORT_LOSSY instance_types");
}

constexpr std::string_view kSdl = R"(version: "2.0"
services:
  web:
    image: nginx
    env: [MODE=fast, HOME]
profiles:
  compute:
    web:
      resources:
        cpu: {units: 8}
        memory: {size: 64Gi}
        storage: {size: 100Gi}
        gpu:
          units: 2
          attributes:
            vendor:
              nvidia:
                - model: a100
                  ram: 80Gi
  placement:
    east:
      attributes: {region: shanghai, tier: gold}
      signedBy: {anyOf: [akash1365]}
      pricing:
        web: {denom: uakt, amount: 10000}
deployment:
  web:
    east: {profile: web, count: 3}
)";

TEST(ImportSdl, maps_what_an_intent_says) {
    EXPECT_EQ(intent_of(kSdl), "IMPORT_LOSSY profiles.placement.east.pricing");
    const auto imported = imported_of(kSdl, {.format = {}, .foreign_price = ForeignPrice::drop});
    ASSERT_TRUE(imported.has_value()) << imported.error().message();
    EXPECT_EQ(canonical_yaml(imported->intent), R"(nodes: 3
cards_per_node: 2
card_memory: 80GiB
cores: 8
memory: 64GiB
chips: [a100]
places: [shanghai]
suppliers_certified: true
)");
    EXPECT_EQ(imported->warnings.size(), 6U);
    EXPECT_EQ(imported->task.environment_size(), 1);
}

TEST(ImportSdl, refuses_what_would_change_its_meaning) {
    const auto with = [](std::string_view from, std::string_view to) {
        std::string text(kSdl);
        text.replace(text.find(from), from.size(), to);
        return intent_of(text, {.format = {}, .foreign_price = ForeignPrice::drop});
    };
    EXPECT_EQ(with("units: 8", "units: 500m"),
              "IMPORT_LOSSY profiles.compute.web.resources.cpu.units");
    EXPECT_EQ(with("profile: web", "profile: api"), "INTENT_VALUE deployment.web.east");
    EXPECT_EQ(with("    east: {profile: web, count: 3}",
                   "    east: {profile: web, count: 3}\n    west: {profile: web, count: 1}"),
              "IMPORT_LOSSY deployment");
}

TEST(Import, tells_formats_apart) {
    EXPECT_EQ(intent_of("colour: red"), "IMPORT_UNKNOWN_FORMAT ");
    EXPECT_EQ(intent_of("colour: red", {.format = SourceFormat::sky_pilot}), "{}");
    EXPECT_EQ(intent_of("- a"), "INTENT_SYNTAX ");
    EXPECT_EQ(intent_of("{type: task, resources: {gpu: H100}}"), R"({"chips":["h100"]})");
}

}  // namespace
}  // namespace penstock::intent
