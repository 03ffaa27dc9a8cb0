#include <gtest/gtest.h>

#include <string>

#include "core/exchange/exchange_world.h"
#include "penstock/v1/price.pb.h"

namespace penstock::exchange {
namespace {

constexpr Duration kHour = seconds(3'600);

v1::PricePlan plan_of(std::uint32_t version, Instant from, std::int64_t micros,
                      v1::PriceUnit unit = v1::PRICE_UNIT_CORE_HOUR) {
    v1::PricePlan plan;
    plan.set_version(version);
    plan.set_effective_from_ns(from.ns);
    plan.set_currency("CNY");
    plan.set_utc_offset_minutes(480);
    plan.set_billing_period(v1::BILLING_PERIOD_MONTH);
    v1::PriceComponent& component = *plan.add_components();
    component.set_name("cores");
    component.set_unit(unit);
    component.add_tiers()->set_price_micros(micros);
    component.set_missing_usage(v1::MISSING_USAGE_ZERO);
    return plan;
}

class PricePlans : public testing::Test {
  protected:
    v1::SetPricePlanRequest request_of(const v1::PricePlan& plan) const {
        v1::SetPricePlanRequest request;
        request.set_product(world.product);
        *request.mutable_plan() = plan;
        return request;
    }
    v1::SetPricePlanResponse set(const v1::PricePlan& plan) {
        v1::SetPricePlanResponse response;
        world.must(world.supplier_key, "CatalogService/SetPricePlan", request_of(plan), response);
        return response;
    }
    std::string_view refused(const v1::PricePlan& plan) {
        return world.refused(world.supplier_key, "CatalogService/SetPricePlan", request_of(plan));
    }
    v1::Product product() {
        v1::GetProductRequest request;
        request.set_product(world.product);
        return world.ask<v1::Product>(world.buyer_key, "CatalogService/GetProduct", request);
    }
    v1::ListPricePlansResponse versions(std::uint32_t size, const std::string& cursor) {
        v1::ListPricePlansRequest request;
        request.set_product(world.product);
        request.mutable_page()->set_size(size);
        request.mutable_page()->set_cursor(cursor);
        return world.ask<v1::ListPricePlansResponse>(world.buyer_key,
                                                     "CatalogService/ListPricePlans", request);
    }
    v1::PlaceOrderRequest order_at(std::uint32_t price_version) const {
        v1::PlaceOrderRequest order = world.order_for(1);
        order.mutable_lines(0)->set_price_version(price_version);
        return order;
    }
    v1::Contract buy(std::uint32_t price_version) {
        v1::PlaceOrderResponse placed;
        world.must(world.buyer_key, "ContractService/PlaceOrder", order_at(price_version), placed);
        world.contract = placed.contracts(0);
        return world.contract_now();
    }

    World world;
};

TEST_F(PricePlans, are_seen_before_they_take_effect_at_their_instant) {
    const v1::PricePlan plan = plan_of(1, world.now + kHour, 5'000'000);
    EXPECT_EQ(set(plan).price_version(), 1u);
    EXPECT_EQ(
        world.recorder.last(v1::Event::kPricePlanSet).price_plan_set().plan().SerializeAsString(),
        plan.SerializeAsString());
    EXPECT_EQ(product().price_per_core_hour().micros(), 3'600'000);
    EXPECT_FALSE(product().has_price_plan());
    ASSERT_EQ(product().price_plans_to_come_size(), 1);
    EXPECT_EQ(product().price_plans_to_come(0).SerializeAsString(), plan.SerializeAsString());
    EXPECT_EQ(buy(1).price_plan_version(), 0u);

    world.pass(kHour - Duration{1});
    EXPECT_EQ(product().price_version(), 1u);
    world.pass(Duration{1});
    EXPECT_EQ(product().price_version(), 2u);
    EXPECT_EQ(product().price_plan_version(), 1u);
    EXPECT_EQ(product().price_per_core_hour().micros(), 5'000'000);
    EXPECT_EQ(product().price_plan().SerializeAsString(), plan.SerializeAsString());
    EXPECT_EQ(product().price_plans_to_come_size(), 0);
    EXPECT_EQ(world.recorder.last(v1::Event::kProductChanged).product_changed().price_version(),
              2u);
}

TEST_F(PricePlans, are_frozen_into_contracts) {
    set(plan_of(1, Instant{0}, 5'000'000));
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/PlaceOrder", order_at(1)),
              "PRICE_CHANGED");
    const v1::Contract contract = buy(2);
    EXPECT_EQ(contract.price_plan_version(), 1u);
    EXPECT_EQ(contract.price_per_core_hour().micros(), 5'000'000);
    EXPECT_EQ(
        contract.SerializeAsString(),
        world.recorder.last(v1::Event::kContractChanged).contract_changed().SerializeAsString());
    world.pass(seconds(1));
    EXPECT_EQ(set(plan_of(2, Instant{0}, 9'000'000)).price_version(), 3u);
    EXPECT_EQ(world.contract_now().price_per_core_hour().micros(), 5'000'000);
    EXPECT_EQ(buy(3).price_per_core_hour().micros(), 9'000'000);
}

TEST_F(PricePlans, replace_the_simple_price_once_they_are_in_force) {
    v1::RepriceProductRequest reprice;
    reprice.set_product(world.product);
    reprice.mutable_price_per_core_hour()->set_micros(4'000'000);
    reprice.mutable_price_per_core_hour()->set_currency("CNY");
    reprice.set_expected_price_version(1);
    set(plan_of(1, world.now + kHour, 5'000'000));
    v1::RepriceProductResponse repriced;
    world.must(world.supplier_key, "CatalogService/RepriceProduct", reprice, repriced);
    EXPECT_EQ(product().price_per_core_hour().micros(), 4'000'000);
    world.pass(kHour);
    reprice.set_expected_price_version(3);
    EXPECT_EQ(world.refused(world.supplier_key, "CatalogService/RepriceProduct", reprice),
              "PRICED_BY_PLAN");
}

TEST_F(PricePlans, of_another_form_sell_nothing_by_the_core) {
    set(plan_of(1, Instant{0}, 5'000'000, v1::PRICE_UNIT_NODE_MONTH));
    EXPECT_EQ(product().price_per_core_hour().micros(), 0);
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/PlaceOrder", order_at(2)),
              "NOT_SOLD_BY_CORE");
    world.pass(seconds(1));
    v1::PricePlan banded = plan_of(2, Instant{0}, 5'000'000);
    v1::PriceBand& night = *banded.mutable_components(0)->add_bands();
    night.set_name("night");
    night.set_price_micros(1);
    night.set_to_minute(360);
    set(banded);
    EXPECT_EQ(product().price_per_core_hour().micros(), 0);
    world.pass(seconds(1));
    set(plan_of(3, Instant{0}, 0));
    EXPECT_EQ(product().price_per_core_hour().micros(), 0) << "nothing is given away by the core";
    world.pass(seconds(1));
    set(plan_of(4, Instant{0}, 5'000'000));
    EXPECT_EQ(buy(5).price_plan_version(), 4u);
}

TEST_F(PricePlans, are_refused_with_the_field_at_fault) {
    EXPECT_EQ(refused(plan_of(2, Instant{0}, 1)), "PLAN_VERSION_GAP");
    EXPECT_EQ(refused(plan_of(1, world.now - Duration{1}, 1)), "PLAN_TOO_EARLY");
    EXPECT_EQ(refused(plan_of(1, Instant{0}, -1)), "UNIT_PRICE_INVALID");
    v1::PricePlan dollars = plan_of(1, Instant{0}, 1);
    dollars.set_currency("USD");
    EXPECT_EQ(refused(dollars), "CURRENCY_UNSUPPORTED");
    const Reply reply = world.send(world.supplier_key, "CatalogService/SetPricePlan",
                                   request_of(plan_of(1, Instant{0}, -1)));
    EXPECT_EQ(reply.error->field(), "plan.components[0].tiers[0].price_micros");
    EXPECT_EQ(world.refused(world.buyer_key, "CatalogService/SetPricePlan",
                            request_of(plan_of(1, Instant{0}, 1))),
              "PERMISSION_DENIED");
    set(plan_of(1, world.now + kHour, 1));
    EXPECT_EQ(refused(plan_of(2, world.now + kHour, 1)), "PLAN_TOO_EARLY");

    v1::WithdrawProductRequest withdraw;
    withdraw.set_product(world.product);
    v1::WithdrawProductResponse withdrawn;
    world.must(world.supplier_key, "CatalogService/WithdrawProduct", withdraw, withdrawn);
    EXPECT_EQ(refused(plan_of(2, world.now + seconds(7'200), 1)), "PRODUCT_NOT_LISTED");
    world.pass(kHour);
    EXPECT_EQ(product().price_plan_version(), 0u) << "what was withdrawn changes no more";
}

TEST_F(PricePlans, are_listed_by_version_in_pages) {
    for (std::uint32_t i = 1; i <= 5; ++i)
        set(plan_of(i, world.now + seconds(i * 10), std::int64_t{i} * 1'000));
    world.pass(seconds(25));
    const auto first = versions(3, "");
    EXPECT_EQ(first.in_force(), 2u);
    ASSERT_EQ(first.plans_size(), 3);
    EXPECT_EQ(first.plans(2).version(), 3u);
    const auto rest = versions(3, first.page().next_cursor());
    ASSERT_EQ(rest.plans_size(), 2);
    EXPECT_EQ(rest.plans(1).version(), 5u);
    EXPECT_EQ(rest.page().next_cursor(), "");
}

TEST_F(PricePlans, survive_a_snapshot_with_their_instants) {
    set(plan_of(1, world.now + kHour, 5'000'000));
    const std::string snapshot = world.exchange.snapshot();
    auto restored = Exchange::restore(snapshot);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), snapshot);
    world.exchange = *std::move(restored);
    world.pass(kHour);
    EXPECT_EQ(product().price_plan_version(), 1u);
}

}  // namespace
}  // namespace penstock::exchange
