#include <array>
#include <optional>
#include <string>

#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/price.pb.h"
#include "penstock/v1/terms.pb.h"
#include "sim/world.h"

/// Suppliers who announce what their products will cost, and on what terms they sell: by plans and
/// terms that can be and that cannot.
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

/// Makes it a plan of several components, whose day ends in about ten minutes: so that contracts
/// last over the end of a billing period.
void sell_by_quantity(World& world, v1::PricePlan& plan) {
    constexpr std::int64_t kMinuteNs = 60'000'000'000;
    const std::int64_t minute = world.now.ns / kMinuteNs % 1'440;
    const auto offset = static_cast<std::int32_t>((1'440 - (minute + 10) % 1'440) % 1'440);
    plan.set_utc_offset_minutes(offset > 720 ? offset - 1'440 : offset);
    plan.set_billing_period(v1::BILLING_PERIOD_DAY);
    const auto add = [&](const char* name, v1::PriceUnit unit, std::int64_t price_max) {
        v1::PriceComponent& component = *plan.add_components();
        component.set_name(name);
        component.set_unit(unit);
        component.add_tiers()->set_price_micros(world.random.between(0, price_max));
        component.set_missing_usage(
            static_cast<v1::MissingUsage>(world.random.between(0, 2) == 0 ? v1::MISSING_USAGE_REFUSE
                                          : world.random.one_in(2) ? v1::MISSING_USAGE_ESTIMATE
                                                                   : v1::MISSING_USAGE_ZERO));
        return &component;
    };
    add("ports", v1::PRICE_UNIT_PORT_DAY, 3'000'000);
    add("connection", v1::PRICE_UNIT_ONE_OFF, 2'000'000);
    v1::PriceComponent* jobs = add("jobs", v1::PRICE_UNIT_JOB, 20'000);
    if (world.random.one_in(2)) {
        jobs->mutable_tiers(0)->set_up_to_units(3);
        jobs->add_tiers()->set_price_micros(world.random.between(0, 20'000));
        jobs->set_tiering(world.random.one_in(2) ? v1::TIERING_VOLUME : v1::TIERING_GRADUATED);
    }
    v1::PriceComponent* traffic = add("traffic", v1::PRICE_UNIT_GB_MOVED, 500'000);
    if (world.random.one_in(2)) {
        v1::PriceBand& late = *traffic->add_bands();
        late.set_name("late");
        late.set_price_micros(world.random.between(0, 100'000));
        late.set_from_minute(1'435);
        late.set_to_minute(1'440);
    } else {
        traffic->mutable_commitment()->set_units(world.random.between(1, 5));
        traffic->mutable_commitment()->set_shortfall_price_micros(world.random.between(0, 50'000));
        traffic->set_missing_usage(v1::MISSING_USAGE_COMMITTED);
    }
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
constexpr std::array<Flaw, 24> kFlaws{
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
    [](v1::PricePlan& plan) { plan.add_energy()->set_component("nothing"); },
    [](v1::PricePlan& plan) { cores_of(plan).set_chip("H100 \n"); },
    [](v1::PricePlan& plan) { plan.set_version(plan.version() + 1); },
    [](v1::PricePlan& plan) { plan.set_effective_from_ns(1); },
};

/// The operator agrees to a role for a product.
void allow_role(World& world, const v1::Product& product, v1::TradeRole role) {
    v1::AllowTradeRoleRequest request;
    request.set_product(world.random.one_in(20) ? "prod_99999" : product.id());
    request.set_role(role);
    world.send(world.operator_key, "TermsService/AllowTradeRole", request);
}

/// Windows are short, so that bills become due while the world lasts.
v1::SetSaleTermsRequest next_terms(World& world, const v1::Product& product) {
    v1::SetSaleTermsRequest request;
    request.set_product(product.id());
    v1::SaleTerms& terms = *request.mutable_terms();
    terms.set_role(static_cast<v1::TradeRole>(world.random.between(0, 3)));
    if (world.random.one_in(2))
        terms.set_tax_basis_points(static_cast<std::uint32_t>(world.random.between(0, 2'000)));
    const std::int64_t window = world.random.one_in(4) ? 0 : world.random.between(1, 1'800);
    terms.set_dispute_window_ns(seconds(window).ns);
    if (world.random.one_in(2)) {
        v1::ServiceLevel& level = *terms.mutable_service_level();
        v1::ServiceObjective& objective = *level.add_objectives();
        objective.set_kind(v1::OBJECTIVE_AVAILABILITY);
        v1::CreditStep& step = *objective.add_steps();
        step.set_below_ppm(static_cast<std::uint32_t>(world.random.between(500'000, 1'000'000)));
        step.set_credit_basis_points(static_cast<std::uint32_t>(world.random.between(1, 10'000)));
        level.set_credit_cap_basis_points(
            static_cast<std::uint32_t>(world.random.between(1, 10'000)));
    }
    if (world.random.one_in(2)) {
        const std::int64_t later = world.random.between(0, 600);
        terms.mutable_post_paid()->set_due_after_ns(seconds(window + later).ns);
        terms.mutable_post_paid()->set_grace_ns(seconds(world.random.between(0, 1'200)).ns);
        terms.mutable_post_paid()->set_directly(world.random.one_in(2));
    }
    if (world.random.one_in(2)) {
        v1::RollingEscrow& escrow = *terms.mutable_rolling_escrow();
        escrow.set_periods(static_cast<std::uint32_t>(world.random.between(1, 2)));
        escrow.set_grace_ns(seconds(world.random.between(0, 3'600)).ns);
    } else if (!world.random.one_in(4)) {
        terms.set_notice_ns(seconds(world.random.between(1, 1'200)).ns);
    }
    return request;
}

/// What no terms may say; one for each refusal.
using TermsFlaw = void (*)(v1::SaleTerms&);
v1::ServiceObjective& objective_of(v1::SaleTerms& terms) {
    v1::ServiceLevel& level = *terms.mutable_service_level();
    level.Clear();
    level.set_credit_cap_basis_points(1);
    v1::ServiceObjective& objective = *level.add_objectives();
    objective.set_kind(v1::OBJECTIVE_AVAILABILITY);
    v1::CreditStep& step = *objective.add_steps();
    step.set_below_ppm(1);
    step.set_credit_basis_points(1);
    return objective;
}
constexpr std::array<TermsFlaw, 12> kTermsFlaws{
    [](v1::SaleTerms& terms) { terms.set_role(static_cast<v1::TradeRole>(4)); },
    [](v1::SaleTerms& terms) { terms.set_tax_basis_points(10'001); },
    [](v1::SaleTerms& terms) { terms.set_dispute_window_ns(-1); },
    [](v1::SaleTerms& terms) { terms.mutable_post_paid()->set_due_after_ns(-1); },
    [](v1::SaleTerms& terms) { terms.mutable_rolling_escrow()->set_periods(0); },
    [](v1::SaleTerms& terms) { terms.set_version(9'999); },
    [](v1::SaleTerms& terms) { terms.set_notice_ns(-1); },
    [](v1::SaleTerms& terms) {
        objective_of(terms);
        terms.mutable_service_level()->clear_objectives();
    },
    [](v1::SaleTerms& terms) { objective_of(terms).clear_kind(); },
    [](v1::SaleTerms& terms) { objective_of(terms).set_start_within_ns(1); },
    [](v1::SaleTerms& terms) { objective_of(terms).clear_steps(); },
    [](v1::SaleTerms& terms) {
        objective_of(terms);
        terms.mutable_service_level()->clear_credit_cap_basis_points();
    },
};

}  // namespace

void agree_terms(World& world) {
    const auto sale = find_sale(world);
    if (!sale) return;
    const v1::SetSaleTermsRequest request = next_terms(world, sale->product);
    if (!world.random.one_in(12)) allow_role(world, sale->product, request.terms().role());
    world.send(sale->seller, "TermsService/SetSaleTerms", request);
    if (request.terms().post_paid().directly()) {
        v1::AllowDirectPaymentRequest consent;
        consent.set_allowed(!world.random.one_in(6));
        world.send(world.operator_key, "CreditService/AllowDirectPayment", consent);
        world.query<v1::GetDirectPaymentResponse>(sale->seller, "CreditService/GetDirectPayment",
                                                  v1::GetDirectPaymentRequest());
    }
    if (!world.random.one_in(4)) return;
    v1::SetFeeTaxRequest tax;
    tax.set_tax_basis_points(world.random.one_in(9)
                                 ? 10'001
                                 : static_cast<std::uint32_t>(world.random.between(0, 1'300)));
    world.send(world.operator_key, "TermsService/SetFeeTax", tax);
    world.query<v1::GetFeeTaxResponse>(world.operator_key, "TermsService/GetFeeTax",
                                       v1::GetFeeTaxRequest());
}

void err_in_terms(World& world) {
    const auto sale = find_sale(world);
    if (!sale) return;
    v1::SetSaleTermsRequest request = next_terms(world, sale->product);
    const auto which = world.random.between(0, static_cast<std::int64_t>(kTermsFlaws.size()) - 1);
    kTermsFlaws[static_cast<std::size_t>(which)](*request.mutable_terms());
    world.send(sale->seller, "TermsService/SetSaleTerms", request);
    v1::ListSaleTermsRequest list;
    list.set_product(sale->product.id());
    world.query<v1::ListSaleTermsResponse>(sale->seller, "TermsService/ListSaleTerms", list);
}

void announce_price(World& world) {
    const auto sale = find_sale(world);
    if (!sale) return;
    v1::SetPricePlanRequest request = next_plan(world, sale->product);
    if (world.random.one_in(2)) sell_by_quantity(world, *request.mutable_plan());
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
