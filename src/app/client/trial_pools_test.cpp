#include "app/client/trial_pools.h"

#include <gtest/gtest.h>

#include "app/client/trial_state.h"

namespace penstock::client {
namespace {

TrialPool pool_of(const std::string& product, const std::string& order,
                  const std::string& workload) {
    TrialPool pool;
    pool.product.set_id(product);
    pool.tasks = 3;
    pool.order.add_lines()->set_product(product);
    if (!order.empty()) begin_at(pool, Instant{77});
    pool.order.mutable_max_total()->set_micros(730'000);
    pool.order.mutable_max_total()->set_currency("CNY");
    pool.order_id = order;
    pool.state.mutable_workload()->set_id(workload);
    return pool;
}

TEST(TrialPools, tell_who_stops_waiting_what_goes_on_costs_and_can_be_done) {
    std::vector<TrialPool> pools{pool_of("prod_1", "ord_1", "wl_1"), pool_of("prod_2", "ord_2", ""),
                                 pool_of("prod_3", "", ""), pool_of("prod_4", "ord_4", "wl_4")};
    pools[3].state.mutable_workload()->set_ended(true);
    EXPECT_EQ(
        going_on_text(pools, "film.yaml", ""),
        "\nNobody waits any longer, and nothing is cancelled. What of these has not ended goes "
        "on to its end, and is charged what runs, at most 1.46 CNY:\n"
        "  wl_1 on prod_1 (ord_1), at most 0.73 CNY\n"
        "  an order without its work on prod_2 (ord_2), at most 0.73 CNY\n"
        "To go on waiting:\n"
        "  penstock watch wl_1\n"
        "  penstock plan -f film.yaml --trials wl_1,wl_4\n"
        "To cancel, and pay what ran until then:\n"
        "  penstock orders cancel ord_1\n"
        "  penstock orders cancel ord_2\n");
    EXPECT_NE(going_on_text(pools, "film.yaml", "penstock trial --state s")
                  .find("To go on waiting:\n  penstock trial --state s\nTo cancel"),
              std::string::npos);
    EXPECT_EQ(going_on_text({pools[2], pools[3]}, "film.yaml", ""), "") << "all is over";

    // Its order was about to be sent.
    begin_at(pools[2], Instant{77});
    EXPECT_EQ(
        going_on_text({pools[2]}, "film.yaml", ""),
        "\nNobody waits any longer, and nothing is cancelled. What of these has not ended goes "
        "on to its end, and is charged what runs, at most 0.73 CNY:\n"
        "  an order on prod_3 that may have been placed, at most 0.73 CNY\n"
        "To cancel, and pay what ran until then:\n"
        "  penstock orders cancel ORDER (`penstock orders` lists them)\n");
}

TEST(TrialPools, whose_order_is_no_more_are_ordered_anew) {
    TrialPool pool = pool_of("prod_1", "ord_1", "wl_1");
    const TrialRunState state{.run = "run", .wish_digest = "", .pools = {}};
    const std::string order_key = state.order_key(pool);
    const std::string submit_key = state.submit_key(pool);
    forget_order(pool);
    EXPECT_EQ(pool.order_id, "");
    EXPECT_FALSE(pool.is_submitted());
    EXPECT_FALSE(pool.is_dated());
    EXPECT_NE(state.order_key(pool), order_key);
    EXPECT_NE(state.submit_key(pool), submit_key);
    EXPECT_NE(state.order_key(pool_of("prod_2", "", "")),
              state.order_key(pool_of("prod_1", "", "")));
}

TEST(TrialPools, begin_when_they_are_told_to) {
    v1::Product product;
    product.mutable_price_per_core_hour()->set_micros(1'000'000);
    product.mutable_price_per_core_hour()->set_currency("CNY");
    product.set_cores_free_now(4);
    TrialWish wish;
    wish.spec.set_cpus(1);
    auto pool = trial_on(product, wish);
    ASSERT_TRUE(pool);
    const auto length = [&] {
        const v1::Interval& term = pool->order.lines(0).term();
        return term.end_ns() - term.start_ns();
    };
    const std::int64_t before = length();
    begin_at(*pool, Instant{77'000'000'000});
    EXPECT_EQ(pool->order.lines(0).term().start_ns(), 77'000'000'000);
    EXPECT_EQ(length(), before);
    EXPECT_EQ(before, 470'000'000'000)
        << "120 s to accept, 300 s in reserve, and one round of 50 s";
}

}  // namespace
}  // namespace penstock::client
