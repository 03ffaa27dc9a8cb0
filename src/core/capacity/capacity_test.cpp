#include "core/capacity/capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/archive.h"
#include "core/capacity/error.h"
#include "core/capacity/invariants.h"

namespace penstock::capacity {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr PoolId kPool{1};
constexpr PoolId kOtherPool{2};
constexpr ProductId kLarge{1};
constexpr ProductId kSmall{2};
constexpr ProductId kUnknown{9};

constexpr Interval between(std::int64_t start, std::int64_t end) {
    return {Instant{start}, Instant{end}};
}
constexpr Reservation of_large(Interval interval, std::int64_t cores) {
    return {kPool, kLarge, interval, cores};
}

/// One pool of 16 cores, of which 10 and 6 are offered as two products from instant 0 on.
class CapacityTest : public testing::Test {
  protected:
    CapacityTest() {
        capacity_.set_pool_limit(kPool, 16);
        capacity_.set_supply(kPool, kLarge, Instant{0}, 10);
        capacity_.set_supply(kPool, kSmall, Instant{0}, 6);
    }
    ~CapacityTest() override { EXPECT_THAT(broken_invariants(capacity_), IsEmpty()); }

    void reserve(const Reservation& reservation) {
        ASSERT_TRUE(capacity_.check({&reservation, 1}).has_value());
        capacity_.reserve(reservation);
    }
    void expect_refusal(const Rejection& rejection, std::string_view field,
                        std::span<const Reservation> reservations) {
        const Result<void> checked = capacity_.check(reservations);
        ASSERT_FALSE(checked.has_value());
        EXPECT_EQ(checked.error().reason(), rejection.reason);
        EXPECT_EQ(checked.error().field(), field);
    }
    void expect_refusal(const Rejection& rejection, std::string_view field,
                        const Reservation& reservation) {
        expect_refusal(rejection, field, {&reservation, 1});
    }
    std::string_view supply_refusal(PoolId pool, ProductId product, std::int64_t cores,
                                    Instant from = {}) {
        const Result<void> checked = capacity_.check_supply(pool, product, from, cores);
        return checked ? std::string_view() : checked.error().reason();
    }

    Capacity capacity_;
};

TEST_F(CapacityTest, frees_what_is_not_promised_at_any_instant_of_an_interval) {
    reserve(of_large(between(10, 20), 4));
    reserve(of_large(between(15, 30), 5));
    EXPECT_EQ(capacity_.free(kLarge, between(0, 10)), 10);
    EXPECT_EQ(capacity_.free(kLarge, between(0, 11)), 6);
    EXPECT_EQ(capacity_.free(kLarge, between(12, 40)), 1);
    EXPECT_EQ(capacity_.free(kLarge, between(20, 40)), 5);
    EXPECT_EQ(capacity_.free_at(kLarge, Instant{30}), 10);
    EXPECT_EQ(capacity_.free(kSmall, between(0, 100)), 6);
    EXPECT_EQ(capacity_.free(kUnknown, between(0, 1)), 0);
}

TEST_F(CapacityTest, rejects_cores_out_of_range) {
    expect_refusal(kCoresOutOfRange, "lines[0].cores", of_large(between(0, 1), 0));
    expect_refusal(kCoresOutOfRange, "lines[0].cores", of_large(between(0, 1), -1));
    expect_refusal(kCoresOutOfRange, "lines[0].cores", of_large(between(0, 1), kCoresMax + 1));
    EXPECT_EQ(supply_refusal(kPool, kLarge, -1), kCoresOutOfRange.reason);
    EXPECT_EQ(supply_refusal(kPool, kLarge, kCoresMax + 1), kCoresOutOfRange.reason);
}

TEST_F(CapacityTest, rejects_an_empty_interval) {
    expect_refusal(kIntervalEmpty, "lines[0].term", of_large(between(5, 5), 1));
    expect_refusal(kIntervalEmpty, "lines[0].term", of_large(between(5, 4), 1));
}

TEST_F(CapacityTest, rejects_an_interval_outside_the_calendar) {
    capacity_.forget_before(Instant{10});
    expect_refusal(kIntervalOutOfRange, "lines[0].term", of_large(between(9, 20), 1));
    expect_refusal(kIntervalOutOfRange, "lines[0].term",
                   of_large({Instant{10}, kLastInstant + Duration{1}}, 1));
    reserve(of_large({Instant{10}, kLastInstant}, 1));
}

TEST_F(CapacityTest, rejects_a_product_that_the_pool_does_not_supply) {
    expect_refusal(kProductNotSupplied, "lines[0].product", {kPool, kUnknown, between(0, 1), 1});
    expect_refusal(kProductNotSupplied, "lines[0].product", {kOtherPool, kLarge, between(0, 1), 1});
}

TEST_F(CapacityTest, rejects_more_than_is_free) {
    reserve(of_large(between(10, 20), 10));
    expect_refusal(kInsufficientCapacity, "lines[0].cores", of_large(between(0, 11), 1));
    reserve(of_large(between(0, 10), 10));
    reserve(of_large(between(20, 30), 10));
}

TEST_F(CapacityTest, adds_up_what_one_order_asks_of_a_product) {
    const std::array lines{of_large(between(0, 10), 6),
                           Reservation{kPool, kSmall, between(0, 9), 6},
                           of_large(between(9, 20), 5)};
    expect_refusal(kInsufficientCapacity, "lines[2].cores", lines);
    const std::array apart{of_large(between(0, 10), 6), of_large(between(10, 20), 5)};
    EXPECT_TRUE(capacity_.check(apart).has_value());
}

TEST_F(CapacityTest, gives_back_the_rest_of_a_reservation) {
    const Reservation reservation = of_large(between(10, 20), 4);
    reserve(reservation);
    capacity_.release(reservation, Instant{15});
    EXPECT_EQ(capacity_.free_at(kLarge, Instant{14}), 6);
    EXPECT_EQ(capacity_.free_at(kLarge, Instant{15}), 10);
    capacity_.release(reservation, Instant{20});  // Over by then.
    EXPECT_EQ(capacity_.free_at(kLarge, Instant{14}), 6);
}

TEST_F(CapacityTest, gives_back_all_of_a_reservation_that_has_not_begun) {
    reserve(of_large(between(10, 20), 4));
    capacity_.release(of_large(between(10, 20), 4), Instant{3});
    EXPECT_EQ(capacity_.free(kLarge, between(0, 100)), 10);
}

TEST_F(CapacityTest, keeps_promises_when_less_is_offered) {
    const Reservation reservation = of_large(between(10, 20), 8);
    reserve(reservation);
    capacity_.set_supply(kPool, kLarge, Instant{5}, 3);
    EXPECT_EQ(capacity_.products().at(kLarge).schedule.promised().at(Instant{10}), 8);
    EXPECT_EQ(capacity_.products().at(kLarge).schedule.overhang().at(Instant{10}), 5);
    EXPECT_EQ(capacity_.free(kLarge, between(10, 20)), 0);
    EXPECT_EQ(capacity_.free(kLarge, between(5, 10)), 3);
    EXPECT_EQ(capacity_.free_at(kLarge, Instant{4}), 10);
    capacity_.release(reservation, Instant{0});
    EXPECT_EQ(capacity_.free(kLarge, between(10, 20)), 3);
    EXPECT_THAT(capacity_.products().at(kLarge).schedule.overhang().steps(), IsEmpty());
}

TEST_F(CapacityTest, shrinks_what_is_owed_beyond_the_offer_as_promises_are_given_back) {
    reserve(of_large(between(10, 20), 4));
    reserve(of_large(between(10, 20), 4));
    capacity_.set_supply(kPool, kLarge, Instant{0}, 3);
    const Schedule& schedule = capacity_.products().at(kLarge).schedule;
    EXPECT_EQ(schedule.overhang().at(Instant{10}), 5);
    capacity_.release(of_large(between(10, 20), 4), Instant{12});
    EXPECT_EQ(schedule.overhang().at(Instant{11}), 5);
    EXPECT_EQ(schedule.overhang().at(Instant{12}), 1);
    EXPECT_EQ(capacity_.free_at(kLarge, Instant{12}), 0);
}

TEST_F(CapacityTest, owes_nothing_beyond_an_offer_that_rose_again) {
    reserve(of_large(between(10, 20), 8));
    capacity_.set_supply(kPool, kLarge, Instant{0}, 0);
    capacity_.set_supply(kPool, kLarge, Instant{0}, 10);
    EXPECT_EQ(capacity_.free_at(kLarge, Instant{10}), 2);
    EXPECT_THAT(capacity_.products().at(kLarge).schedule.overhang().steps(), IsEmpty());
}

TEST_F(CapacityTest, sells_nothing_beyond_the_end_of_an_offer) {
    capacity_.set_supply(kPool, kLarge, Instant{100}, 0);
    EXPECT_EQ(capacity_.free(kLarge, between(0, 100)), 10);
    EXPECT_EQ(capacity_.free(kLarge, between(0, 101)), 0);
    capacity_.set_supply(kPool, kLarge, Instant{50}, 10);
    EXPECT_EQ(capacity_.free(kLarge, between(0, 1'000)), 10);
}

TEST_F(CapacityTest, sells_no_more_than_a_pool_that_shrank) {
    reserve(of_large(between(0, 10), 7));
    capacity_.set_pool_limit(kPool, 8);
    EXPECT_EQ(capacity_.free(kSmall, between(0, 10)), 1);
    EXPECT_EQ(capacity_.free(kSmall, between(10, 20)), 6);
    const std::array lines{of_large(between(10, 20), 5),
                           Reservation{kPool, kSmall, between(15, 30), 4}};
    expect_refusal(kInsufficientCapacity, "lines[1].cores", lines);
    capacity_.set_pool_limit(kPool, 5);
    EXPECT_EQ(capacity_.free(kSmall, between(0, 10)), 0);
    EXPECT_EQ(capacity_.pool_limit(kPool), 5);
    EXPECT_EQ(capacity_.pool_limit(kOtherPool), 0);
}

TEST_F(CapacityTest, rejects_offers_beyond_the_pool) {
    EXPECT_EQ(supply_refusal(kPool, kSmall, 7), kExceedsPool.reason);
    EXPECT_EQ(supply_refusal(kPool, kUnknown, 1), kExceedsPool.reason);
    EXPECT_EQ(supply_refusal(kOtherPool, kUnknown, 1), kExceedsPool.reason);
    EXPECT_EQ(supply_refusal(kPool, kUnknown, 0), "");
    EXPECT_EQ(supply_refusal(kPool, kSmall, 6), "");
}

TEST_F(CapacityTest, offers_what_another_product_gives_up_from_then_on) {
    capacity_.set_supply(kPool, kLarge, Instant{50}, 2);
    EXPECT_EQ(supply_refusal(kPool, kSmall, 14, Instant{49}), kExceedsPool.reason);
    EXPECT_EQ(supply_refusal(kPool, kSmall, 14, Instant{50}), "");
    EXPECT_EQ(supply_refusal(kPool, kSmall, 15, Instant{50}), kExceedsPool.reason);
}

TEST_F(CapacityTest, does_not_offer_cores_that_a_withdrawn_product_still_owes) {
    reserve(of_large(between(10, 20), 8));
    capacity_.set_supply(kPool, kLarge, Instant{0}, 0);
    EXPECT_EQ(supply_refusal(kPool, kSmall, 9), kExceedsPool.reason);
    EXPECT_EQ(supply_refusal(kPool, kSmall, 8), "");
    EXPECT_EQ(supply_refusal(kPool, kSmall, 16, Instant{20}), "");
}

TEST_F(CapacityTest, lets_an_offer_fall_even_when_the_pool_shrank_below_it) {
    capacity_.set_pool_limit(kPool, 4);
    EXPECT_EQ(supply_refusal(kPool, kLarge, 9), "");
    EXPECT_EQ(supply_refusal(kPool, kLarge, 11), kExceedsPool.reason);
}

TEST_F(CapacityTest, keeps_a_product_with_its_pool) {
    capacity_.set_pool_limit(kOtherPool, 100);
    EXPECT_EQ(supply_refusal(kOtherPool, kLarge, 1), kProductOfOtherPool.reason);
}

TEST_F(CapacityTest, forgets_the_past_and_nothing_else) {
    const Reservation reservation = of_large(between(10, 20), 4);
    reserve(reservation);
    capacity_.forget_before(Instant{15});
    EXPECT_EQ(capacity_.free(kLarge, between(15, 30)), 6);
    EXPECT_EQ(capacity_.free(kLarge, between(20, 30)), 10);
    capacity_.release(reservation, Instant{12});  // What is forgotten cannot be given back.
    EXPECT_EQ(capacity_.free(kLarge, between(15, 30)), 10);
    capacity_.forget_before(Instant{3});
    EXPECT_EQ(capacity_.kept_from(), Instant{15});
}

using CapacityDeathTest = CapacityTest;

TEST_F(CapacityDeathTest, stops_at_a_promise_that_was_not_checked) {
    EXPECT_DEATH(capacity_.reserve(of_large(between(0, 1), 11)), "broken invariant");
    EXPECT_DEATH(capacity_.release(of_large(between(0, 1), 1), {}), "broken invariant");
    EXPECT_DEATH(capacity_.set_supply(kPool, kLarge, {}, 11), "broken invariant");
}

TEST(CapacityRejections, are_numbered_once_and_in_the_thousand_of_the_context) {
    std::set<std::uint16_t> numbers;
    std::set<std::string_view> reasons;
    for (const Rejection* rejection : kRejections) {
        EXPECT_EQ(rejection->number / 1000, 4);
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->number;
        EXPECT_TRUE(reasons.insert(rejection->reason).second) << rejection->reason;
    }
}

/// The archive of a capacity whose product's three step functions and pool's promises are given.
Capacity forged(StepFunction offered, StepFunction promised, StepFunction overhang,
                StepFunction pool_promised) {
    std::string bytes;
    ArchiveWriter writer(bytes);
    std::uint64_t one = 1;
    PoolId pool = kPool;
    ProductId product = kLarge;
    StepFunction limit;
    limit.set_from({}, 100);
    StepFunction nothing;
    std::set<ProductId> products{product};
    Instant kept_from;
    writer(one, pool, limit, pool_promised, nothing, products);
    writer(one, product, pool, offered, promised, overhang, kept_from);
    Capacity read;
    ArchiveReader reader(bytes);
    reader(read);
    EXPECT_TRUE(reader.finished());
    return read;
}

TEST(CapacityInvariants, notice_what_is_promised_beyond_what_exists) {
    StepFunction offered;
    offered.set_from({}, 3);
    StepFunction promised;
    promised.add(between(5, 9), 4);
    StepFunction owed;
    owed.add(between(5, 9), 1);
    EXPECT_THAT(broken_invariants(forged(offered, promised, owed, promised)), IsEmpty());
    EXPECT_THAT(broken_invariants(forged(offered, promised, {}, promised)),
                ElementsAre("capacity: prod_1 at 5: no more is promised than exists"));
    EXPECT_THAT(broken_invariants(forged(offered, {}, owed, {})),
                ElementsAre("capacity: prod_1 at 5: no more is owed beyond the offer than was "
                            "promised"));
    EXPECT_THAT(broken_invariants(forged(offered, promised, owed, {})),
                ElementsAre("capacity: pool_1: a pool promises what its products promise"));
}

TEST(CapacityInvariants, notice_a_pool_and_its_products_that_disagree) {
    std::string bytes;
    ArchiveWriter writer(bytes);
    std::map<PoolId, Capacity::Pool> pools;
    pools[kPool].products.insert(kLarge);
    std::map<ProductId, Capacity::Product> products;
    products[kSmall].pool = kPool;
    Instant kept_from;
    writer(pools, products, kept_from);
    Capacity read;
    ArchiveReader reader(bytes);
    reader(read);
    ASSERT_TRUE(reader.finished());
    EXPECT_THAT(broken_invariants(read),
                ElementsAre("capacity: pool_1: prod_1 is a product of the pool",
                            "capacity: prod_2: its pool knows the product"));
}

}  // namespace
}  // namespace penstock::capacity
