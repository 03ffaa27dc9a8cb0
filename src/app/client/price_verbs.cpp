#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "app/client/local_file.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "format/bill/paper_text.h"
#include "penstock/v1/catalog.pb.h"
#include "transport/json/read.h"

namespace penstock::client {

namespace {

struct PriceInput {
    std::string product;
    std::string plan_file;
};

std::string minute_text(std::uint32_t minute) {
    return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

/// "12.00 CNY", "0.80 CNY up to 100, then 0.50 CNY", "10.00 CNY; night 5.00 CNY 22:00-06:00".
std::string price_text(const v1::PriceComponent& component, const std::string& currency) {
    std::string text;
    for (const v1::PriceTier& tier : component.tiers()) {
        if (!text.empty()) text += ", then ";
        text += money_text(tier.price_micros(), currency);
        if (tier.up_to_units() > 0) text += fmt::format(" up to {}", tier.up_to_units());
    }
    if (component.tiering() == v1::TIERING_VOLUME) text += ", by volume";
    for (const v1::PriceBand& band : component.bands())
        text += fmt::format("; {} {} {}-{}", band.name(), money_text(band.price_micros(), currency),
                            minute_text(band.from_minute()), minute_text(band.to_minute()));
    if (component.has_blocks())
        text += fmt::format("; {} blocks of {} at {}", component.blocks().blocks_per_period(),
                            component.blocks().units_per_block(),
                            money_text(component.blocks().price_per_block_micros(), currency));
    if (component.has_commitment())
        text += fmt::format("; at least {}, else {} for each", component.commitment().units(),
                            money_text(component.commitment().shortfall_price_micros(), currency));
    return text;
}

/// "0.7 kWh, PUE 1.28, 583.4 g/kWh"; empty where nothing is stated.
std::string energy_text(const v1::PricePlan& plan, const std::string& component) {
    const auto stated = std::ranges::find(plan.energy(), component, &v1::StatedEnergy::component);
    if (stated == plan.energy().end()) return {};
    constexpr std::int64_t kNanosOfThousandth = 1'000'000;
    std::string text = format::quantity_text(stated->milliwatt_hours() * 1'000) + " kWh, PUE " +
                       format::quantity_text(stated->pue_thousandths() * kNanosOfThousandth);
    if (stated->has_carbon_milligrams_per_kwh())
        text += ", " +
                format::quantity_text(stated->carbon_milligrams_per_kwh() * kNanosOfThousandth) +
                " g/kWh";
    return text;
}

/// What a version is to those who would buy now.
const char* standing(std::uint32_t version, std::uint32_t in_force) {
    if (version == in_force) return "in force";
    return version < in_force ? "past" : "to come";
}

RemoteResult<void> show_prices(Session& session, const PriceInput& input) {
    v1::ListPricePlansRequest request;
    request.set_product(input.product);
    Table table({{"VERSION", Table::Align::right},
                 {"FROM"},
                 {"STATE"},
                 {"COMPONENT"},
                 {"UNIT"},
                 {"PRICE"},
                 {"ENERGY"}});
    TRY((for_each_page<v1::ListPricePlansResponse>(
        session, "CatalogService/ListPricePlans", request,
        [&](const v1::ListPricePlansResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::PricePlan& plan : page.plans()) {
                for (const v1::PriceComponent& component : plan.components())
                    table.add({std::to_string(plan.version()), time_text(plan.effective_from_ns()),
                               standing(plan.version(), page.in_force()), component.name(),
                               enum_text(component.unit(), "PRICE_UNIT_"),
                               price_text(component, plan.currency()),
                               energy_text(plan, component.name())});
            }
        })));
    if (session.output() == Output::machines) return {};
    if (table.empty())
        fmt::print("{} has no price plan; `penstock products` shows its price for a core-hour\n",
                   input.product);
    else
        fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> set_price(Session& session, const PriceInput& input) {
    v1::SetPricePlanRequest request;
    request.set_product(input.product);
    const auto text = read_file(input.plan_file);
    if (!text) return refuse(text.error());
    if (auto read = transport::read_json(*text, *request.mutable_plan()); !read)
        return refuse(std::move(read).error().within("plan"));
    TRY_ASSIGN(const auto done,
               session.call<v1::SetPricePlanResponse>("CatalogService/SetPricePlan", request));
    if (session.output() == Output::machines) {
        print_json(done);
        return {};
    }
    const std::int64_t from = request.plan().effective_from_ns();
    fmt::print("version {} of {}'s price plan takes effect {}\n", request.plan().version(),
               input.product, from == 0 ? "now" : "at " + time_text(from));
    return {};
}

}  // namespace

void add_price_verbs(CLI::App& app) {
    const auto input = std::make_shared<PriceInput>();
    CLI::App& product = topic(app, "product", "What you sell");
    CLI::App& price = topic(product, "price", "What a product costs, and will cost");
    CLI::App* show =
        add_verb(price, "show", "Lists the versions of its price plan", input, show_prices);
    show->add_option("product", input->product, "prod_…")->required();
    CLI::App* set =
        add_verb(price, "set", "Announces the next version of its price plan", input, set_price);
    set->add_option("product", input->product, "prod_…")->required();
    set->add_option("-f,--plan", input->plan_file, "A JSON file; see docs/pricing.md")->required();
}

}  // namespace penstock::client
