#include "scenario/offers.h"

#include <utility>

#include "penstock/v1/billing.pb.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/terms.pb.h"
#include "scenario/span.h"

namespace penstock::scenario {
namespace {

constexpr std::int64_t kGb = 1'000'000'000;
constexpr std::int64_t kMillion = 1'000'000;
constexpr std::size_t kFormsOfSupplier = 4;

v1::PriceComponent component(const char* name, v1::PriceUnit unit, std::int64_t micros) {
    v1::PriceComponent made;
    made.set_name(name);
    made.set_unit(unit);
    made.add_tiers()->set_price_micros(micros);
    made.set_missing_usage(v1::MISSING_USAGE_ZERO);
    return made;
}

void set_tiers(v1::PriceComponent& component, v1::Tiering tiering,
               std::initializer_list<std::pair<std::int64_t, std::int64_t>> tiers) {
    component.set_tiering(tiering);
    component.clear_tiers();
    for (const auto& [up_to, micros] : tiers) {
        v1::PriceTier& tier = *component.add_tiers();
        tier.set_up_to_units(up_to);
        tier.set_price_micros(micros);
    }
}

void add_band(v1::PriceComponent& component, const char* name, std::int64_t micros,
              std::uint32_t from_minute, std::uint32_t to_minute,
              std::initializer_list<v1::DayKind> days = {}) {
    v1::PriceBand& band = *component.add_bands();
    band.set_name(name);
    band.set_price_micros(micros);
    band.set_from_minute(from_minute);
    band.set_to_minute(to_minute);
    for (const v1::DayKind day : days) band.add_days(day);
}

PriceForm form(const char* name, v1::BillingPeriod period,
               std::initializer_list<v1::PriceComponent> components, std::vector<Taken> taken) {
    PriceForm made;
    made.name = name;
    made.plan.set_version(1);
    made.plan.set_currency("CNY");
    made.plan.set_utc_offset_minutes(480);
    made.plan.set_billing_period(period);
    for (const v1::PriceComponent& part : components) *made.plan.add_components() = part;
    made.taken = std::move(taken);
    return made;
}

/// Cards of 700 W in a hall with a PUE of 1.28, on a grid of 583.4 g/kWh.
void state_energy(v1::PricePlan& plan) {
    v1::StatedEnergy& stated = *plan.add_energy();
    stated.set_component("cards");
    stated.set_milliwatt_hours(700'000);
    stated.set_pue_thousandths(1'280);
    stated.set_carbon_milligrams_per_kwh(583'400);
}

std::vector<PriceForm> forms_by_time() {
    std::vector<PriceForm> forms;
    forms.push_back(form("card-hours", v1::BILLING_PERIOD_DAY,
                         {component("cards", v1::PRICE_UNIT_CARD_HOUR, 12'345'678)},
                         {{"cards", 1, 16, 0}}));
    state_energy(forms.back().plan);
    v1::PriceComponent banded = component("cards", v1::PRICE_UNIT_CARD_HOUR, 9'990'000);
    add_band(banded, "peak", 14'990'000, 8 * 60, 11 * 60);
    add_band(banded, "evening peak", 13'990'000, 18 * 60, 21 * 60);
    add_band(banded, "valley", 4'444'444, 22 * 60, 6 * 60);
    forms.push_back(
        form("card-hours by band", v1::BILLING_PERIOD_WEEK, {banded}, {{"cards", 1, 8, 0}}));
    state_energy(forms.back().plan);
    forms.push_back(form("node-months", v1::BILLING_PERIOD_MONTH,
                         {component("nodes", v1::PRICE_UNIT_NODE_MONTH, 3'000'000'000)},
                         {{"nodes", 1, 3, 0}}));
    v1::PriceComponent working = component("cores", v1::PRICE_UNIT_CORE_HOUR, 100'000);
    add_band(working, "holidays", 55'555, 0, 24 * 60, {v1::DAY_KIND_HOLIDAY, v1::DAY_KIND_SUNDAY});
    forms.push_back(
        form("core-hours by day", v1::BILLING_PERIOD_DAY, {working}, {{"cores", 1, 8, 0}}));
    forms.back().is_accepted_by_agent = true;
    v1::SpecialDay& leap_day = *forms.back().plan.add_special_days();
    leap_day.set_date("2028-02-29");
    leap_day.set_counts_as(v1::DAY_KIND_HOLIDAY);
    v1::PriceComponent stored = component("stored", v1::PRICE_UNIT_GB_MONTH, 0);
    set_tiers(stored, v1::TIERING_GRADUATED, {{100, 150'000}, {1'000, 120'000}, {0, 90'000}});
    forms.push_back(form("GB-months in tiers", v1::BILLING_PERIOD_MONTH, {stored},
                         {{"stored", 50 * kGb, 4'000 * kGb, 0}}));
    forms.push_back(form("ports", v1::BILLING_PERIOD_MONTH,
                         {component("connection", v1::PRICE_UNIT_ONE_OFF, 500'000'000),
                          component("ports", v1::PRICE_UNIT_PORT_MONTH, 1'999'990'000)},
                         {{"connection", 1, 1, 0}, {"ports", 1, 2, 0}}));
    forms.push_back(form("port-days", v1::BILLING_PERIOD_DAY,
                         {component("ports", v1::PRICE_UNIT_PORT_DAY, 99'990'000)},
                         {{"ports", 1, 2, 0}}));
    forms.push_back(form("port-weeks", v1::BILLING_PERIOD_WEEK,
                         {component("ports", v1::PRICE_UNIT_PORT_WEEK, 600'010'000)},
                         {{"ports", 1, 2, 0}}));
    return forms;
}

void add_forms_by_count(std::vector<PriceForm>& forms) {
    v1::PriceComponent moved = component("moved", v1::PRICE_UNIT_GB_MOVED, 0);
    set_tiers(moved, v1::TIERING_VOLUME, {{500, 800'000}, {5'000, 600'000}, {0, 400'000}});
    forms.push_back(form("GB moved by volume", v1::BILLING_PERIOD_WEEK, {moved},
                         {{"moved", 20'000 * kGb, 20'000 * kGb, 300 * kGb}}));
    v1::PriceComponent tokens = component("tokens", v1::PRICE_UNIT_MILLION_TOKENS, 0);
    set_tiers(tokens, v1::TIERING_GRADUATED, {{10, 3'000'000}, {0, 1'333'333}});
    tokens.set_missing_usage(v1::MISSING_USAGE_ESTIMATE);
    forms.push_back(form("tokens in tiers", v1::BILLING_PERIOD_DAY, {tokens},
                         {{"tokens", 400 * kMillion, 400 * kMillion, 30 * kMillion}}));
    v1::PriceComponent jobs = component("jobs", v1::PRICE_UNIT_JOB, 2'500'000);
    jobs.mutable_commitment()->set_units(20);
    jobs.mutable_commitment()->set_shortfall_price_micros(1'500'000);
    jobs.set_missing_usage(v1::MISSING_USAGE_COMMITTED);
    forms.push_back(
        form("jobs with a commitment", v1::BILLING_PERIOD_WEEK, {jobs}, {{"jobs", 500, 500, 6}}));
    v1::PriceComponent blocks = component("tokens", v1::PRICE_UNIT_MILLION_TOKENS, 2'000'000);
    blocks.mutable_blocks()->set_units_per_block(50);
    blocks.mutable_blocks()->set_price_per_block_micros(60'000'000);
    blocks.mutable_blocks()->set_blocks_per_period(2);
    forms.push_back(form("tokens in prepaid blocks", v1::BILLING_PERIOD_MONTH, {blocks},
                         {{"tokens", 3'000 * kMillion, 3'000 * kMillion, 20 * kMillion}}));
    v1::PriceComponent committed = component("moved", v1::PRICE_UNIT_GB_MOVED, 700'000);
    committed.mutable_commitment()->set_units(1'000);
    committed.mutable_commitment()->set_shortfall_price_micros(350'000);
    committed.set_missing_usage(v1::MISSING_USAGE_REFUSE);
    forms.push_back(form("GB moved, reports required", v1::BILLING_PERIOD_MONTH, {committed},
                         {{"moved", 40'000 * kGb, 40'000 * kGb, 200 * kGb}}));
    forms.push_back(form("cards, storage and transfers", v1::BILLING_PERIOD_WEEK,
                         {component("cards", v1::PRICE_UNIT_CARD_HOUR, 8'888'888),
                          component("stored", v1::PRICE_UNIT_GB_MONTH, 123'456),
                          component("moved", v1::PRICE_UNIT_GB_MOVED, 500'000)},
                         {{"cards", 1, 8, 0},
                          {"stored", 10 * kGb, 900 * kGb, 0},
                          {"moved", 5'000 * kGb, 5'000 * kGb, 40 * kGb}}));
}

/// On what terms products are sold: nothing said, with time to dispute and VAT, with service
/// levels, on credit, by the exchange itself, with some periods set aside ahead, on credit and paid
/// to the supplier's own bank account.
std::vector<v1::SaleTerms> sale_terms() {
    std::vector<v1::SaleTerms> all(9);
    const auto level = [](v1::SaleTerms& terms) {
        v1::ServiceObjective& objective = *terms.mutable_service_level()->add_objectives();
        objective.set_kind(v1::OBJECTIVE_AVAILABILITY);
        for (const auto& [below, credit] :
             {std::pair{999'000U, 500U}, std::pair{950'000U, 2'000U}}) {
            v1::CreditStep& step = *objective.add_steps();
            step.set_below_ppm(below);
            step.set_credit_basis_points(credit);
        }
        terms.mutable_service_level()->set_credit_cap_basis_points(3'000);
    };
    const auto on_credit = [](v1::SaleTerms& terms, int due_days, int grace_days) {
        terms.mutable_post_paid()->set_due_after_ns((kDay * due_days).ns);
        terms.mutable_post_paid()->set_grace_ns((kDay * grace_days).ns);
    };
    all[1].set_role(v1::TRADE_ROLE_AGENT);
    all[1].set_tax_basis_points(600);
    all[1].set_dispute_window_ns((kDay * 3).ns);
    all[1].set_notice_ns((kDay * 2).ns);
    all[2].set_role(v1::TRADE_ROLE_HOSTING);
    all[2].set_tax_basis_points(1'300);
    all[2].set_dispute_window_ns(kDay.ns);
    level(all[2]);
    all[3].set_dispute_window_ns((kDay * 2).ns);
    on_credit(all[3], 5, 10);
    all[3].set_notice_ns(kDay.ns);
    all[4].set_role(v1::TRADE_ROLE_PRINCIPAL);
    all[4].set_tax_basis_points(600);
    all[4].set_notice_ns((kHour * 6).ns);
    all[5].set_tax_basis_points(600);
    all[5].set_dispute_window_ns(kDay.ns);
    on_credit(all[5], 3, 4);
    level(all[5]);
    const auto roll = [](v1::SaleTerms& terms, std::uint32_t periods, int grace_days) {
        terms.mutable_rolling_escrow()->set_periods(periods);
        terms.mutable_rolling_escrow()->set_grace_ns((kDay * grace_days).ns);
    };
    roll(all[6], 1, 3);
    all[7].set_tax_basis_points(600);
    all[7].set_dispute_window_ns(kDay.ns);
    roll(all[7], 2, 7);
    level(all[7]);
    all[8].set_tax_basis_points(600);
    all[8].set_dispute_window_ns((kDay * 2).ns);
    on_credit(all[8], 5, 20);
    all[8].mutable_post_paid()->set_directly(true);
    return all;
}

Offer list_product(Venue& venue, const Cast& cast, std::size_t supplier, const std::string& name) {
    v1::ListProductRequest list;
    list.set_pool(cast.suppliers[supplier].pool);
    list.set_name(name);
    list.mutable_price_per_core_hour()->set_micros(123'457);
    list.mutable_price_per_core_hour()->set_currency("CNY");
    list.set_cores(kCoresOfPool / 8);
    Offer offer;
    offer.supplier = supplier;
    offer.product = venue
                        .must<v1::ListProductResponse>(cast.suppliers[supplier].agent,
                                                       "CatalogService/ListProduct", list)
                        .product();
    offer.price_version = 1;
    return offer;
}

}  // namespace

std::vector<PriceForm> price_forms() {
    std::vector<PriceForm> forms = forms_by_time();
    add_forms_by_count(forms);
    return forms;
}

std::vector<Offer> open_market(Venue& venue, const Cast& cast,
                               const std::vector<PriceForm>& forms) {
    v1::SetFeeTaxRequest fee_tax;
    fee_tax.set_tax_basis_points(600);
    venue.must<v1::SetFeeTaxResponse>(cast.operator_key, "TermsService/SetFeeTax", fee_tax);
    v1::AllowDirectPaymentRequest directly;
    directly.set_allowed(true);
    venue.must<v1::AllowDirectPaymentResponse>(cast.operator_key,
                                               "CreditService/AllowDirectPayment", directly);
    const std::vector<v1::SaleTerms> kinds_of_terms = sale_terms();
    std::vector<Offer> offers;
    for (std::size_t supplier = 0; supplier < cast.suppliers.size(); ++supplier) {
        for (std::size_t i = 0; i < kFormsOfSupplier; ++i) {
            const std::size_t form = (supplier * kFormsOfSupplier + i) % forms.size();
            Offer offer = list_product(venue, cast, supplier, forms[form].name);
            offer.form = form;
            v1::SetPricePlanRequest request;
            request.set_product(offer.product);
            *request.mutable_plan() = forms[form].plan;
            offer.price_version =
                venue
                    .must<v1::SetPricePlanResponse>(cast.suppliers[supplier].key,
                                                    "CatalogService/SetPricePlan", request)
                    .price_version();
            const v1::SaleTerms& terms = kinds_of_terms[(supplier + i) % kinds_of_terms.size()];
            if (terms.ByteSizeLong() > 0) {
                v1::AllowTradeRoleRequest allow;
                allow.set_product(offer.product);
                allow.set_role(terms.role());
                venue.must<v1::AllowTradeRoleResponse>(cast.operator_key,
                                                       "TermsService/AllowTradeRole", allow);
                v1::SetSaleTermsRequest set;
                set.set_product(offer.product);
                *set.mutable_terms() = terms;
                venue.must<v1::SetSaleTermsResponse>(cast.suppliers[supplier].key,
                                                     "TermsService/SetSaleTerms", set);
            }
            offer.is_post_paid = terms.has_post_paid();
            offers.push_back(std::move(offer));
        }
        offers.push_back(list_product(venue, cast, supplier, "Cores"));
        offers.back().is_by_core = true;
    }
    return offers;
}

}  // namespace penstock::scenario
