#include "shell/api/exchange_market.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "advise/intent/yaml.h"
#include "advise/recommend/recommend.h"
#include "core/exchange/by_plan_world.h"

namespace penstock::shell {
namespace {

using exchange::ByPlan;
using exchange::component_of;
using exchange::kYuan;

/// A supplier of two cores, or of cards beside them, in Hangzhou; and what is planned over that.
class ExchangeMarketTest : public ByPlan {
  protected:
    void SetUp() override {
        ByPlan::SetUp();
        // The site tells where it is with the token of its next agent.
        v1::AddEnrolmentTokenRequest token;
        token.set_site_name("Site");
        token.set_pool_name("Second pool");
        token.set_place("hangzhou");
        token.set_token_hash(std::string(32, 'u'));
        v1::AddEnrolmentTokenResponse added;
        world.must(world.supplier_key, "InternalService/AddEnrolmentToken", token, added);
        v1::JoinAgentRequest join;
        join.set_token_hash(token.token_hash());
        join.set_public_key(std::string(31, 'p') + "r");
        v1::JoinAgentResponse joined;
        world.must({exchange::Actor::Kind::anonymous, 0}, "InternalService/JoinAgent", join,
                   joined);
    }
    static const estimate::Estimator& estimator() {
        static const auto kEstimator = estimate::Estimator::shipped();
        return *kEstimator;
    }
    v1::Recommendation plan(const std::string& yaml) {
        const auto intent = intent::parse_intent(yaml, "test");
        EXPECT_TRUE(intent) << yaml;
        const ExchangeMarket exchange(world.exchange.state(), buyer(), world.now);
        const auto market = exchange.market(estimator().chips, *intent);
        EXPECT_TRUE(market);
        auto plans = recommend::recommend(*market, estimator(), *intent, world.now);
        EXPECT_TRUE(plans) << plans.error().message();
        return plans.value_or(v1::Recommendation());
    }
    PartyId buyer() const { return PartyId::parse(world.buyer).value(); }
    /// As the exchange takes it.
    v1::PlaceOrderResponse place(const v1::PlaceOrderRequest& order) {
        v1::PlaceOrderResponse placed;
        world.must(world.buyer_key, "ContractService/PlaceOrder", order, placed);
        return placed;
    }
    static v1::PriceComponent cards(std::int64_t micros) {
        v1::PriceComponent component = component_of("cards", v1::PRICE_UNIT_CARD_HOUR, micros);
        component.set_chip("H100-SXM5-80GB");
        return component;
    }
    static std::string first_step(const v1::Recommendation& plans) {
        return plans.funnel().empty() ? "" : plans.funnel(0).constraint();
    }
};

TEST_F(ExchangeMarketTest, plans_orders_of_cores_that_the_exchange_takes) {
    const auto plans = plan("{workload: hpc, cores: 2, duration: 90m, places: [zhejiang]}");
    ASSERT_GT(plans.plans_size(), 0);
    EXPECT_EQ(plans.market(), "exchange");
    const v1::Recommended& first = plans.plans(0);
    EXPECT_EQ(first.legs(0).offer(), world.product);
    EXPECT_EQ(first.legs(0).product_name(), "Cores");
    EXPECT_EQ(first.legs(0).place(), "hangzhou");
    EXPECT_EQ(first.cost().micros(), 3 * 3'600'000);
    EXPECT_EQ(first.start_ns(), (world.now + ExchangeMarket::kTimeToDecide).ns);
    // What is held, to the micro.
    EXPECT_EQ(place(first.order()).held().micros(), first.order().max_total().micros());
    // Both cores are promised for that time: the next one comes after it.
    const auto next = plan("{cores: 1, duration: 1h}");
    ASSERT_GT(next.plans_size(), 0);
    EXPECT_EQ(next.plans(0).start_ns(), first.finish_ns());
    EXPECT_EQ(plan("{cores: 1, duration: 1h, within: 90m}").plans_size(), 0);
}

/// With the very sum that a plan shows as the most, there is that plan.
TEST_F(ExchangeMarketTest, takes_a_budget_of_what_a_plan_may_cost) {
    const auto check = [&](const std::string& wanted) {
        const auto free = plan("{" + wanted + "}");
        ASSERT_GT(free.plans_size(), 0) << wanted;
        const std::int64_t most = free.plans(0).order().max_total().micros();
        const auto with_budget = [&](std::int64_t micros) {
            return plan("{" + wanted + ", budget: " + to_decimal(Money{micros}) + " CNY}");
        };
        EXPECT_GT(with_budget(most).plans_size(), 0) << wanted;
        EXPECT_EQ(with_budget(most - kMicrosPerFen).plans_size(), 0) << wanted;
        const auto poor = with_budget(kMicrosPerFen);
        const auto& relaxed = poor.relaxations();
        const auto budget =
            std::ranges::find(relaxed, "budget", &v1::Recommendation::Relaxation::slot);
        ASSERT_NE(budget, relaxed.end());
        EXPECT_EQ(budget->value(), to_decimal(Money{most}) + " CNY");
    };
    check("cores: 2, duration: 47m");
    sell({cards(7'777'777)});
    for (const char* length : {"47m", "13h", "9d", "33d"})
        check("cards: 2, chips: [h100], duration: " + std::string(length));
}

TEST_F(ExchangeMarketTest, proposes_what_there_is) {
    const auto proposed = [&](const std::string& wanted) {
        const auto none = plan(wanted);
        EXPECT_EQ(none.plans_size(), 0) << wanted;
        std::string slots;
        for (const auto& one : none.relaxations()) slots += one.slot() + " " + one.value() + ";";
        return slots;
    };
    EXPECT_EQ(proposed("{cores: 64, duration: 1h}"), "cores 2;");
    EXPECT_TRUE(proposed("{cores: 2, memory: 100TB, duration: 1h}").starts_with("memory "));
    EXPECT_TRUE(
        proposed("{cores: 64, memory: 100TB, duration: 1h}").starts_with("cores memory 2 "));
    EXPECT_EQ(proposed("{cores: 2, duration: 1h, security_level: 3}"), "");
}

/// An order of cards is accepted by a person, who has a day for it.
TEST_F(ExchangeMarketTest, lets_cards_begin_when_they_must_have_been_accepted) {
    sell({cards(10 * kYuan)});
    const auto plans = plan("{cards: 2, chips: [h100], duration: 3h}");
    ASSERT_GT(plans.plans_size(), 0);
    EXPECT_EQ(plans.plans(0).start_ns(), (world.now + ExchangeMarket::kTimeUntilCards).ns);
    const auto placed = place(plans.plans(0).order());
    v1::GetContractRequest request;
    request.set_contract(placed.contracts(0));
    const auto contract =
        world.ask<v1::Contract>(world.buyer_key, "ContractService/GetContract", request);
    EXPECT_LE(contract.by_plan().accept_until_ns(), plans.plans(0).start_ns());
    EXPECT_EQ(plan("{cards: 2, chips: [h100], duration: 3h, within: 1d}").plans_size(), 0);
}

TEST_F(ExchangeMarketTest, tells_the_place_of_the_site) {
    v1::GetProductRequest product;
    product.set_product(world.product);
    const auto found =
        world.ask<v1::Product>(world.buyer_key, "CatalogService/GetProduct", product);
    EXPECT_EQ(found.place(), "hangzhou");
}

TEST_F(ExchangeMarketTest, says_which_demand_a_product_does_not_meet) {
    EXPECT_EQ(first_step(plan("{cores: 2, duration: 1h, places: [beijing]}")), "place");
    EXPECT_EQ(first_step(plan("{cores: 3, duration: 1h}")), "cards");
    EXPECT_EQ(first_step(plan("{cores: 2, duration: 1h, memory: 1TB}")), "memory");
    EXPECT_EQ(first_step(plan("{cores: 2, duration: 1h, security_level: 3}")), "supplier");
    EXPECT_EQ(first_step(plan("{cores: 2, duration: 1h, pue: 1.3}")), "energy");
    EXPECT_EQ(first_step(plan("{cards: 2, duration: 1h}")), "resource");
    EXPECT_EQ(first_step(plan("{cores: 2, duration: 1h, jurisdiction: [CN]}")), "");
    // Nobody buys from himself.
    const ExchangeMarket own(world.exchange.state(), PartyId::parse(world.supplier).value(),
                             world.now);
    EXPECT_TRUE(own.market(estimator().chips, {})->offers.empty());
}

TEST_F(ExchangeMarketTest, plans_orders_of_cards_that_the_exchange_takes) {
    sell({cards(10 * kYuan), component_of("storage", v1::PRICE_UNIT_GB_MONTH, kYuan)});
    const auto plans = plan("{cards: 2, chips: [h100], duration: 3h, budget: 60.03 CNY}");
    ASSERT_GT(plans.plans_size(), 0);
    const v1::Recommended& first = plans.plans(0);
    EXPECT_EQ(first.legs(0).chip(), "H100-SXM5-80GB");
    EXPECT_EQ(first.cost().micros(), 60 * kYuan);
    EXPECT_EQ(first.order().lines(0).quantities(0).component(), "cards");
    const std::int64_t held = place(first.order()).held().micros();
    EXPECT_LE(held, first.order().max_total().micros());
    EXPECT_LE(first.order().max_total().micros(), 60 * kYuan + 30'000);
    // The cards of that contract are not free again before its end.
    const auto next = plan("{cards: 1, chips: [h100], duration: 1h}");
    ASSERT_GT(next.plans_size(), 0);
    EXPECT_EQ(next.plans(0).start_ns(), first.finish_ns());
    EXPECT_EQ(first_step(plan("{cards: 1, duration: 1h, chips: [a100]}")), "chip");
    EXPECT_EQ(first_step(plan("{cores: 1, duration: 1h}")), "resource");
    EXPECT_EQ(first_step(plan("{cards: 1, duration: 1h, cards_per_node: 1}")), "cards");
}

TEST_F(ExchangeMarketTest, waits_for_the_cheap_band_of_the_day) {
    v1::PriceComponent by_band = cards(10 * kYuan);
    v1::PriceBand& night = *by_band.add_bands();
    night.set_name("night");
    night.set_price_micros(4 * kYuan);
    night.set_from_minute(22 * 60);
    night.set_to_minute(6 * 60);
    v1::PriceBand& holiday = *by_band.add_bands();
    holiday.set_name("holiday");
    holiday.set_price_micros(2 * kYuan);
    holiday.set_to_minute(1'440);
    holiday.add_days(v1::DAY_KIND_HOLIDAY);
    sell({by_band});
    world.now = exchange::kFirst + seconds(7 * 3'600);  // Seven in the morning there.
    const auto plans = plan("{cards: 2, duration: 2h, objective: [price]}");
    ASSERT_GT(plans.plans_size(), 0);
    const v1::Recommended& first = plans.plans(0);
    EXPECT_EQ(first.cost().micros(), 16 * kYuan);
    // Of the second day: until then its supplier may take to accept.
    EXPECT_EQ((first.start_ns() - exchange::kFirst.ns) / seconds(3'600).ns, 24 + 22);
    const auto& figures = first.figures();
    const auto price = std::ranges::find(figures, "card_hour", &v1::Recommended::Figure::id);
    ASSERT_NE(price, figures.end());
    EXPECT_EQ(price->value(), "4.00 – 10.00 CNY");
    EXPECT_EQ(place(first.order()).held().micros(), 16 * kYuan);
}

TEST_F(ExchangeMarketTest, reckons_bands_to_the_fen) {
    v1::PriceComponent by_band = cards(7'777'777);
    v1::PriceBand& night = *by_band.add_bands();
    night.set_name("night");
    night.set_price_micros(4 * kYuan);
    night.set_from_minute(22 * 60);
    night.set_to_minute(6 * 60);
    sell({by_band});
    const auto plans = plan("{cards: 2, duration: 5h, objective: [price]}");
    ASSERT_GT(plans.plans_size(), 0);
    EXPECT_EQ(plans.plans(0).cost().micros(), 40 * kYuan);
}

TEST_F(ExchangeMarketTest, takes_energy_from_the_price_plan) {
    v1::SetPricePlanRequest request;
    request.set_product(world.product);
    v1::PricePlan& price = *request.mutable_plan();
    price.set_version(1);
    price.set_currency("CNY");
    price.set_utc_offset_minutes(480);
    price.set_billing_period(v1::BILLING_PERIOD_MONTH);
    *price.add_components() = cards(kYuan);
    v1::StatedEnergy& stated = *price.add_energy();
    stated.set_component("cards");
    stated.set_milliwatt_hours(700'000);
    stated.set_pue_thousandths(1'280);
    stated.set_carbon_milligrams_per_kwh(200'000);
    v1::SetPricePlanResponse response;
    world.must(world.supplier_key, "CatalogService/SetPricePlan", request, response);
    const auto plans = plan("{cards: 2, duration: 10h, pue: 1.3, carbon_intensity: 200 g/kWh}");
    ASSERT_GT(plans.plans_size(), 0);
    EXPECT_EQ(plans.plans(0).energy_wh(), 17'920U);
    EXPECT_EQ(plans.plans(0).carbon_g(), 3'584U);
}

TEST_F(ExchangeMarketTest, leaves_out_prices_that_it_does_not_reckon) {
    v1::PriceComponent committed = cards(kYuan);
    committed.mutable_commitment()->set_units(10);
    committed.mutable_commitment()->set_shortfall_price_micros(kYuan);
    sell({committed});
    const auto plans = plan("{cards: 1, duration: 1h}");
    EXPECT_EQ(plans.offers(), 0U);
    const auto says = [](const v1::Recommendation& all, std::string_view text) {
        return std::ranges::any_of(all.notes(), [&](const v1::BilingualText& note) {
            return note.english().find(text) != std::string::npos;
        });
    };
    EXPECT_TRUE(says(plans, "1 product prices cards in tiers"));
    EXPECT_TRUE(says(plans, "Nobody sells cards by the hour here now."));
    // Of the same product.
    v1::PriceComponent more = committed;
    more.set_name("more cards");
    world.now = world.now + seconds(1);
    sell({committed, more});
    EXPECT_TRUE(says(plan("{cards: 1, duration: 1h}"), "1 product prices cards in tiers"));
}

/// Trained within the budget: the order is for as long as that pays for.
TEST_F(ExchangeMarketTest, keeps_to_the_budget_where_work_may_take_longer) {
    sell({cards(kYuan)}, v1::BILLING_PERIOD_DAY);
    const std::string work =
        "workload: fine-tuning, parameters: 1B, tokens: 10B, chips: [h100], objective: [price]";
    const auto free = plan("{" + work + "}");
    ASSERT_GT(free.plans_size(), 0);
    const v1::Recommended& most = free.plans(0);
    const std::int64_t yuan = (most.cost().micros() + most.cost_high().micros()) / 2 / kYuan;
    ASSERT_LT(most.cost().micros(), yuan * kYuan);
    const auto plans = plan("{" + work + ", budget: " + std::to_string(yuan) + ".00 CNY}");
    ASSERT_GT(plans.plans_size(), 0);
    const v1::Recommended& first = plans.plans(0);
    EXPECT_GT(first.cost_high().micros(), yuan * kYuan);
    EXPECT_LE(first.order().max_total().micros(), yuan * kYuan);
    EXPECT_LE(place(first.order()).held().micros(), first.order().max_total().micros());
}

}  // namespace
}  // namespace penstock::shell
