#include <array>
#include <optional>
#include <string>

#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/price.pb.h"
#include "sim/world.h"

/// Suppliers who announce what their products will cost, by plans that can be and that cannot.
namespace penstock::sim {
namespace {

/// A product, and the key of the party that sells it.
struct Sale {
    v1::Product product;
    exchange::Actor seller;
};

std::optional<Sale> find_sale(World& world) {
    if (world.products.empty() || world.agents.empty()) return std::nullopt;
    v1::GetProductRequest request;
    request.set_product(world.random.pick(world.products));
    const auto product = world.query<v1::Product>(world.agents.front().party_key,
                                                  "CatalogService/GetProduct", request);
    if (!product) return std::nullopt;
    for (const SimAgent* agent : world.agents.members()) {
        if (agent->party == product->party()) return Sale{*product, agent->party_key};
    }
    return std::nullopt;
}

v1::SetPricePlanRequest next_plan(World& world, const v1::Product& product) {
    v1::SetPricePlanRequest request;
    request.set_product(product.id());
    v1::PricePlan& plan = *request.mutable_plan();
    plan.set_version(product.price_plan_version() +
                     static_cast<std::uint32_t>(product.price_plans_to_come_size()) + 1);
    if (world.random.one_in(2))
        plan.set_effective_from_ns((world.now + seconds(world.random.between(60, 900))).ns);
    plan.set_currency("CNY");
    plan.set_utc_offset_minutes(480);
    plan.set_billing_period(v1::BILLING_PERIOD_MONTH);
    v1::PriceComponent& component = *plan.add_components();
    component.set_name("cores");
    component.set_unit(v1::PRICE_UNIT_CORE_HOUR);
    component.add_tiers()->set_price_micros(world.random.between(1, 9'000'000));
    component.set_missing_usage(v1::MISSING_USAGE_ZERO);
    return request;
}

/// What no plan may say; one for each refusal of a plan.
using Flaw = void (*)(v1::PricePlan&);
v1::PriceComponent& cores_of(v1::PricePlan& plan) {
    return *plan.mutable_components(0);
}
v1::PriceBand& band_of(v1::PricePlan& plan) {
    v1::PriceBand& band = *cores_of(plan).add_bands();
    band.set_name("band " + std::to_string(cores_of(plan).bands_size()));
    band.set_to_minute(360);
    return band;
}
constexpr std::array<Flaw, 22> kFlaws{
    [](v1::PricePlan& plan) { plan.set_version(0); },
    [](v1::PricePlan& plan) { plan.set_effective_from_ns(-5); },
    [](v1::PricePlan& plan) { plan.set_currency("yuan"); },
    [](v1::PricePlan& plan) { plan.set_currency("USD"); },
    [](v1::PricePlan& plan) { plan.set_utc_offset_minutes(841); },
    [](v1::PricePlan& plan) { plan.clear_billing_period(); },
    [](v1::PricePlan& plan) { plan.clear_components(); },
    [](v1::PricePlan& plan) { cores_of(plan).clear_name(); },
    [](v1::PricePlan& plan) { cores_of(plan).clear_unit(); },
    [](v1::PricePlan& plan) { cores_of(plan).mutable_tiers(0)->set_price_micros(-1); },
    [](v1::PricePlan& plan) { cores_of(plan).clear_tiers(); },
    [](v1::PricePlan& plan) { cores_of(plan).set_tiering(v1::TIERING_VOLUME); },
    [](v1::PricePlan& plan) {
        for (int i = 0; i < 17; ++i) band_of(plan);
    },
    [](v1::PricePlan& plan) { band_of(plan).set_from_minute(360); },
    [](v1::PricePlan& plan) {
        v1::PriceBand& band = band_of(plan);
        for (int i = 0; i < 2; ++i) band.add_days(v1::DAY_KIND_HOLIDAY);
    },
    [](v1::PricePlan& plan) { cores_of(plan).mutable_blocks()->set_blocks_per_period(0); },
    [](v1::PricePlan& plan) {
        band_of(plan);
        cores_of(plan).mutable_blocks()->set_blocks_per_period(1);
    },
    [](v1::PricePlan& plan) { cores_of(plan).mutable_commitment()->set_units(0); },
    [](v1::PricePlan& plan) { cores_of(plan).set_missing_usage(v1::MISSING_USAGE_COMMITTED); },
    [](v1::PricePlan& plan) { plan.add_special_days()->set_date("2027-02-29"); },
    [](v1::PricePlan& plan) { plan.set_version(plan.version() + 1); },
    [](v1::PricePlan& plan) { plan.set_effective_from_ns(1); },
};

}  // namespace

void announce_price(World& world) {
    const auto sale = find_sale(world);
    if (!sale) return;
    v1::SetPricePlanRequest request = next_plan(world, sale->product);
    // Now and then by a plan that sells no cores; the next one does again.
    if (world.random.one_in(8))
        cores_of(*request.mutable_plan()).set_unit(v1::PRICE_UNIT_NODE_MONTH);
    world.send(sale->seller, "CatalogService/SetPricePlan", request);
}

void err_in_pricing(World& world) {
    const auto sale = find_sale(world);
    if (!sale) return;
    v1::SetPricePlanRequest request = next_plan(world, sale->product);
    const auto which = world.random.between(0, static_cast<std::int64_t>(kFlaws.size()) - 1);
    kFlaws[static_cast<std::size_t>(which)](*request.mutable_plan());
    world.send(sale->seller, "CatalogService/SetPricePlan", request);
    v1::ListPricePlansRequest list;
    list.set_product(world.random.one_in(4) ? "prod_99999" : sale->product.id());
    world.query<v1::ListPricePlansResponse>(sale->seller, "CatalogService/ListPricePlans", list);
}

}  // namespace penstock::sim
