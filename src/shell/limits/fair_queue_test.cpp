#include "shell/limits/fair_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <string>

namespace penstock::limits {
namespace {

struct Item {
    std::uint64_t flow;
    int number;
    std::uint32_t cost = 1;
};

bool push(FairQueue<Item>& queue, Item item) {
    return queue.push({.flow = item.flow, .cost = item.cost}, item);
}

std::vector<Item> take(FairQueue<Item>& queue, std::size_t count) {
    std::vector<Item> items;
    queue.take(items, count);
    return items;
}

TEST(FairQueue, keeps_the_order_of_each_flow) {
    FairQueue<Item> queue(10'000, 10'000);
    std::mt19937 random(3);
    std::map<std::uint64_t, int> pushed;
    std::map<std::uint64_t, int> taken;
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t flow = random() % 7;
        if (push(queue, {flow, pushed[flow], static_cast<std::uint32_t>(random() % 9)}))
            ++pushed[flow];
        for (const Item& item : take(queue, random() % 3))
            ASSERT_EQ(item.number, taken[item.flow]++);
    }
    for (const Item& item : take(queue, 100'000)) ASSERT_EQ(item.number, taken[item.flow]++);
    EXPECT_EQ(taken, pushed);
    EXPECT_EQ(queue.size(), 0u);
    EXPECT_EQ(queue.flows(), 0u);
}

TEST(FairQueue, takes_a_lone_line_in_one_turn_and_starts_anew_when_another_comes) {
    FairQueue<Item> queue(10'000, 10'000);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(push(queue, {1, i, kTurnCostMax}));
    ASSERT_EQ(take(queue, 50).size(), 50u);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(push(queue, {2, i, kTurnCostMax}));
    // What it took alone it neither owes nor has saved: from now on they get the same.
    std::map<std::uint64_t, int> taken;
    for (const Item& item : take(queue, 40)) ++taken[item.flow];
    EXPECT_GE(taken[1], 19);
    EXPECT_LE(taken[1], 21);
    EXPECT_EQ(take(queue, 1'000).size(), 110u);
}

TEST(FairQueue, lets_nobody_wait_for_the_length_of_anothers_line) {
    FairQueue<Item> queue(10'000, 10'000);
    for (int i = 0; i < 5'000; ++i) ASSERT_TRUE(push(queue, {1, i}));
    ASSERT_EQ(take(queue, 3).size(), 3u);  // In the middle of a turn, too.
    ASSERT_TRUE(push(queue, {2, 0}));
    ASSERT_TRUE(push(queue, {3, 0}));
    std::map<std::uint64_t, std::size_t> place;
    const auto items = take(queue, 20);
    for (std::size_t i = 0; i < items.size(); ++i) place.try_emplace(items[i].flow, i);
    ASSERT_TRUE(place.contains(2) && place.contains(3));
    EXPECT_LE(place[2], 4u);
    EXPECT_LE(place[3], 5u);
}

TEST(FairQueue, shares_by_cost_among_those_who_always_wait) {
    FairQueue<Item> queue(1'000'000, 1'000'000);
    constexpr std::array<std::uint32_t, 4> kCosts{1, 2, 10, 50};
    for (int i = 0; i < 50'000; ++i)
        for (std::uint64_t flow = 0; flow < kCosts.size(); ++flow)
            ASSERT_TRUE(push(queue, {flow, i, kCosts[flow]}));
    std::array<std::uint64_t, 4> cost{};
    for (const Item& item : take(queue, 40'000)) cost[item.flow] += item.cost;
    for (const std::uint64_t each : cost) {
        EXPECT_GE(each, cost[0] * 95 / 100);
        EXPECT_LE(each, cost[0] * 105 / 100);
    }
}

TEST(FairQueue, saves_nothing_for_those_who_do_not_wait) {
    FairQueue<Item> queue(10'000, 10'000);
    for (int round = 0; round < 1'000; ++round) {
        ASSERT_TRUE(push(queue, {1, round}));
        ASSERT_EQ(take(queue, 10).size(), 1u);
    }
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_TRUE(push(queue, {1, i}));
        ASSERT_TRUE(push(queue, {2, i}));
    }
    std::array<int, 3> count{};
    for (const Item& item : take(queue, 400)) ++count[item.flow];
    EXPECT_NEAR(count[1], count[2], 8);
}

TEST(FairQueue, saves_up_for_nothing_longer_than_for_the_dearest_call) {
    FairQueue<Item> queue(10'000, 10'000);
    ASSERT_TRUE(push(queue, {1, 0, 4'294'967'295}));
    for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(push(queue, {2, i}));
    const auto items = take(queue, 200);
    EXPECT_EQ(std::ranges::count(items, std::uint64_t{1}, &Item::flow), 1);
    EXPECT_EQ(take(queue, 10'000).size(), 801u);
}

TEST(FairQueue, is_bounded_in_each_line_and_in_all) {
    FairQueue<Item> queue(10, 6);
    for (int i = 0; i < 6; ++i) ASSERT_TRUE(push(queue, {1, i}));
    EXPECT_FALSE(push(queue, {1, 6}));
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(push(queue, {2, i}));
    EXPECT_FALSE(push(queue, {3, 0}));
    EXPECT_EQ(queue.flows(), 2u);
    EXPECT_EQ(take(queue, 100).size(), 10u);
    EXPECT_TRUE(push(queue, {1, 6}));
}

TEST(FairQueue, leaves_what_it_refuses_as_it_was) {
    FairQueue<std::unique_ptr<std::string>> queue(1, 1);
    auto first = std::make_unique<std::string>("first");
    auto second = std::make_unique<std::string>("second");
    ASSERT_TRUE(queue.push({}, first));
    ASSERT_FALSE(queue.push({}, second));
    EXPECT_EQ(*second, "second");
}

}  // namespace
}  // namespace penstock::limits
