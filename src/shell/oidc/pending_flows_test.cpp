#include "shell/oidc/pending_flows.h"

#include <gtest/gtest.h>

namespace penstock::oidc {
namespace {

constexpr Instant kNow{1'000};
constexpr Instant kLater{2'000};

Flow flow(std::string provider = "corp", Instant ends_at = kLater) {
    return {.provider = std::move(provider),
            .nonce = {},
            .code_verifier = {},
            .browser = {},
            .ends_at = ends_at};
}

TEST(PendingFlows, give_each_state_once) {
    PendingFlows flows;
    flows.add("one", flow("corp"), "192.0.2.1", kNow);
    flows.add("two", flow("other"), "192.0.2.1", kNow);
    const auto taken = flows.take("two");
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->provider, "other");
    EXPECT_FALSE(flows.take("two"));
    EXPECT_FALSE(flows.take("three"));
    EXPECT_TRUE(flows.take("one"));
    EXPECT_EQ(flows.size(), 0u);
}

TEST(PendingFlows, of_one_address_make_room_for_each_other_alone) {
    PendingFlows flows(100, 10);
    flows.add("victim", flow(), "192.0.2.1", kNow);
    for (int i = 0; i < 1'000; ++i) flows.add(std::to_string(i), flow(), "192.0.2.66", kNow);
    EXPECT_EQ(flows.size(), 11u);
    EXPECT_FALSE(flows.take("989"));
    EXPECT_TRUE(flows.take("990"));
    EXPECT_TRUE(flows.take("victim"));
}

TEST(PendingFlows, make_room_at_the_cost_of_who_has_most) {
    PendingFlows flows(20, 10);
    flows.add("victim", flow(), "192.0.2.1", kNow);
    for (int i = 0; i < 60; ++i)
        flows.add(std::to_string(i), flow(), "192.0.2.6" + std::to_string(i % 3), kNow);
    EXPECT_EQ(flows.size(), 20u);
    EXPECT_TRUE(flows.take("victim"));
    EXPECT_TRUE(flows.take("59"));
    EXPECT_FALSE(flows.take("0"));
}

TEST(PendingFlows, are_dropped_when_they_have_ended) {
    PendingFlows flows;
    flows.add("old", flow("corp", kNow), "192.0.2.1", Instant{});
    flows.add("new", flow(), "192.0.2.1", kNow);
    EXPECT_EQ(flows.size(), 1u);
    EXPECT_FALSE(flows.take("old"));
}

}  // namespace
}  // namespace penstock::oidc
