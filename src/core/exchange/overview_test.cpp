#include "core/exchange/overview.h"

#include <gtest/gtest.h>

#include "core/exchange/exchange_world.h"

namespace penstock::exchange {
namespace {

TEST(Overview, shows_the_operator_counts_and_sums) {
    World world;
    Overseer overseer;
    world.place(2);
    Overview seen = overseer.look(world.exchange);
    ASSERT_EQ(seen.money.size(), 1u);
    EXPECT_EQ(seen.money[0].currency.text(), "CNY");
    EXPECT_EQ(seen.money[0].bank, 100'000'000);
    EXPECT_EQ(seen.money[0].cash, 100'000'000);
    EXPECT_EQ(seen.money[0].ordered, 7'210'000);
    EXPECT_EQ(seen.money[0].escrow, 0);
    world.accept();
    v1::RequestTopUpRequest top_up;
    top_up.mutable_amount()->set_micros(5'000'000);
    top_up.mutable_amount()->set_currency("CNY");
    v1::RequestTopUpResponse announced;
    world.must(world.buyer_key, "LedgerService/RequestTopUp", top_up, announced);
    seen = overseer.look(world.exchange);
    EXPECT_EQ(seen.money[0].ordered, 0);
    EXPECT_EQ(seen.money[0].escrow, 7'210'000);
    EXPECT_EQ(seen.money[0].cash, 100'000'000 - 7'210'000);
    EXPECT_EQ(seen.money[0].imbalance, 0);
    EXPECT_EQ(seen.money[0].top_ups_awaited, 5'000'000);
    EXPECT_EQ(seen.money[0].top_ups_awaited_count, 1u);
    EXPECT_EQ(seen.parties, 3u);
    EXPECT_EQ(seen.agents_live, 1u);
    EXPECT_EQ(seen.agents_lost, 0u);
    EXPECT_EQ(seen.contracts_open, 1u);
    seen = overseer.look(Exchange());  // As after a fault: what was awaited is gone.
    EXPECT_TRUE(seen.money.empty());
}

}  // namespace
}  // namespace penstock::exchange
