#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/exchange/state.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/price.pb.h"
#include "sim/world.h"

/// Both sides of contracts by plan.
namespace penstock::sim {
namespace {

constexpr std::size_t kKept = 12;
constexpr std::int64_t kMegabyte = 1'000'000;

bool is_counted(v1::PriceUnit unit) {
    return unit == v1::PRICE_UNIT_JOB || unit == v1::PRICE_UNIT_GB_MOVED;
}

std::int64_t some_of(World& world, v1::PriceUnit unit) {
    const std::int64_t number = world.random.between(1, 6);
    return unit == v1::PRICE_UNIT_GB_MOVED ? number * 700 * kMegabyte : number;
}

std::optional<billing::SaleTerms> newest_terms(World& world, const v1::Product& product) {
    const auto& all = world.exchange().state().sale_terms;
    const auto known = all.find(*ProductId::parse(product.id()));
    if (known == all.end()) return std::nullopt;
    return known->second.versions().back();
}

v1::PlaceOrderRequest request_for(World& world, const v1::Product& product) {
    const auto terms = newest_terms(world, product);
    v1::PlaceOrderRequest request;
    v1::OrderLine& line = *request.add_lines();
    line.set_product(product.id());
    line.set_price_version(product.price_version());
    if (world.random.one_in(2)) line.set_sale_terms_version(product.sale_terms_version());
    const Instant start =
        world.now + seconds(world.random.one_in(3) ? world.random.between(0, 300) : 0);
    line.mutable_term()->set_start_ns(start.ns);
    // Now and then for some days, so that several billing periods follow each other: each of those
    // that are covered by turns may find no cash.
    const bool is_long = world.random.one_in(terms && terms->rolling_escrow ? 2 : 5);
    const std::int64_t longest = is_long ? 3 * 86'400 : 4'000;
    line.mutable_term()->set_end_ns((start + seconds(world.random.between(60, longest))).ns);
    for (const v1::PriceComponent& component : product.price_plan().components()) {
        if (world.random.one_in(4)) continue;
        v1::PlanQuantity& quantity = *line.add_quantities();
        quantity.set_component(component.name());
        quantity.set_quantity(
            component.unit() == v1::PRICE_UNIT_CORE_HOUR ? 1 : some_of(world, component.unit()));
    }
    request.set_post_paid(terms && terms->post_paid ? !world.random.one_in(4)
                                                    : world.random.one_in(20));
    request.mutable_max_total()->set_micros(60'000'000);
    request.mutable_max_total()->set_currency("CNY");
    return request;
}

std::optional<v1::Product> find_product(World& world, const exchange::Actor& who,
                                        const std::string& id) {
    v1::GetProductRequest request;
    request.set_product(id);
    return world.query<v1::Product>(who, "CatalogService/GetProduct", request);
}

v1::ReportUsageRequest report_of(World& world, const SimPlanContract& contract) {
    v1::ReportUsageRequest request;
    request.set_contract(contract.id);
    request.set_number(contract.next_report);
    for (const std::string& component : contract.counted) {
        if (world.random.one_in(4)) continue;
        v1::PlanUsage& record = *request.add_records();
        record.set_component(component);
        // What cannot be joined to the last report begins where it ends, at this moment.
        const bool joined = world.random.one_in(2);
        record.mutable_interval()->set_start_ns(joined ? contract.reported_until.ns : world.now.ns);
        record.mutable_interval()->set_end_ns(world.now.ns);
        record.set_quantity(component == "jobs" ? world.random.between(0, 2)
                                                : world.random.between(0, 900 * kMegabyte));
    }
    return request;
}

void report(World& world, SimPlanContract& contract) {
    const v1::ReportUsageRequest request = report_of(world, contract);
    const Instant until = world.now;
    const auto done = world.command<v1::ReportUsageResponse>(
        contract.supplier, "ContractService/ReportUsage", request);
    contract.reported_until = until;
    if (done) contract.next_report = done->next_number();
}

using ReportFlaw = void (*)(World&, v1::ReportUsageRequest&, v1::PlanUsage&);
constexpr std::array<ReportFlaw, 12> kReportFlaws{
    [](World&, auto& request, auto&) { request.set_number(0); },
    [](World&, auto& request, auto&) { request.set_number(request.number() + 5); },
    [](World&, auto& request, auto&) { request.clear_records(); },
    [](World&, auto& request, auto&) { request.set_contract("ctr_99999"); },
    [](World&, auto&, auto& record) { record.set_component("nothing"); },
    [](World&, auto&, auto& record) { record.set_component("ports"); },
    [](World& world, auto&, auto& record) {
        record.mutable_interval()->set_end_ns((world.now + seconds(99'999)).ns);
    },
    [](World&, auto&, auto& record) { record.mutable_interval()->set_start_ns(5); },
    [](World&, auto&, auto& record) { record.set_quantity(INT64_MAX); },
    [](World&, auto&, auto& record) { record.set_quantity(-1); },
    [](World&, auto&, auto& record) {
        record.mutable_interval()->set_end_ns(record.interval().start_ns() - 1);
    },
    [](World&, auto& request, auto& record) {
        for (std::int64_t i = 0; i < 66; ++i) {
            v1::PlanUsage& next = *request.add_records();
            next.set_component(record.component());
            const std::int64_t at = record.interval().end_ns() - 1'000 + 2 * i;
            next.mutable_interval()->set_start_ns(at);
            next.mutable_interval()->set_end_ns(at);
        }
        request.mutable_records()->DeleteSubrange(0, 1);
    },
};

void err_in_report(World& world, const SimPlanContract& contract) {
    v1::ReportUsageRequest request;
    request.set_contract(contract.id);
    request.set_number(contract.next_report);
    v1::PlanUsage& record = *request.add_records();
    record.set_component(contract.counted.empty() ? "jobs" : contract.counted.front());
    record.mutable_interval()->set_start_ns(world.now.ns);
    record.mutable_interval()->set_end_ns(world.now.ns);
    const auto last = static_cast<std::int64_t>(kReportFlaws.size()) - 1;
    // The last one is seldom found at fault first.
    const auto which = world.random.one_in(3) ? last : world.random.between(0, last);
    kReportFlaws[static_cast<std::size_t>(which)](world, request, record);
    world.send(contract.supplier, "ContractService/ReportUsage", request);
}

/// A contract for cores, whose usage is not reported so.
void report_of_cores(World& world) {
    std::string contract;
    PartyId supplier;
    world.exchange().state().contracts.contracts().for_each(
        [&](ContractId id, const contract::Contract& known) {
            if (known.is_final() || known.terms.is_by_plan()) return;
            contract = id.text();
            supplier = known.terms.supplier;
        });
    v1::ReportUsageRequest request;
    request.set_contract(contract);
    request.set_number(1);
    world.send(key_of(world, supplier), "ContractService/ReportUsage", request);
}

using LineFlaw = void (*)(v1::PlaceOrderRequest&, v1::OrderLine&);
constexpr std::array<LineFlaw, 6> kLineFlaws{
    [](v1::PlaceOrderRequest&, v1::OrderLine& line) { line.set_sale_terms_version(9'999); },
    [](v1::PlaceOrderRequest&, v1::OrderLine& line) { line.set_cores(1); },
    [](v1::PlaceOrderRequest&, v1::OrderLine& line) {
        line.mutable_quantities(0)->set_component("nothing");
    },
    [](v1::PlaceOrderRequest&, v1::OrderLine& line) {
        line.mutable_quantities(0)->set_quantity(0);
    },
    [](v1::PlaceOrderRequest&, v1::OrderLine& line) {
        for (v1::PlanQuantity& quantity : *line.mutable_quantities())
            quantity.set_quantity(1'000'000'000'000'000);
    },
    [](v1::PlaceOrderRequest& request, v1::OrderLine& line) {
        const std::int64_t year = seconds(360LL * 86'400).ns;
        line.mutable_term()->set_end_ns(line.term().start_ns() + year);
        const v1::OrderLine model = line;
        for (int i = 1; i < 64; ++i) *request.add_lines() = model;
    },
};

void err_in_line(World& world) {
    if (world.products.empty()) return;
    const SimParty buyer = world.random.pick(world.parties);
    const auto product = find_product(world, buyer.key, world.random.pick(world.products));
    if (!product || product->party() == buyer.id) return;
    v1::PlaceOrderRequest request = request_for(world, *product);
    if (request.lines(0).quantities_size() == 0) return;
    const auto last = static_cast<std::int64_t>(kLineFlaws.size()) - 1;
    // The last one is a flaw of plans with short billing periods alone.
    const auto which = world.random.one_in(3) ? last : world.random.between(0, last);
    kLineFlaws[static_cast<std::size_t>(which)](request, *request.mutable_lines(0));
    world.send(buyer.key, "ContractService/PlaceOrder", request);
}

}  // namespace

void order_by_plan(World& world, const SimParty& buyer, const v1::Product& listed) {
    const auto product = find_product(world, buyer.key, listed.id());
    if (!product || !product->has_price_plan()) return;
    const v1::PlaceOrderRequest request = request_for(world, *product);
    const auto terms = newest_terms(world, *product);
    const bool rolls = terms && terms->rolling_escrow && !request.post_paid();
    if (request.post_paid() && world.random.one_in(2)) give_credit(world, buyer.id);
    const auto placed =
        world.command<v1::PlaceOrderResponse>(buyer.key, "ContractService/PlaceOrder", request);
    if (!placed || request.lines(0).quantities_size() == 0) return;
    SimPlanContract contract;
    contract.id = placed->contracts(0);
    contract.order = placed->order();
    contract.buyer = buyer.key;
    contract.supplier = key_of(world, *PartyId::parse(product->party()));
    contract.plan = product->price_plan();
    contract.reported_until = Instant{request.lines(0).term().start_ns()};
    for (const v1::PlanQuantity& quantity : request.lines(0).quantities()) {
        for (const v1::PriceComponent& component : contract.plan.components()) {
            if (component.name() == quantity.component() && is_counted(component.unit()))
                contract.counted.push_back(component.name());
        }
    }
    const std::string id = contract.id;
    const exchange::Actor supplier = contract.supplier;
    world.plan_contracts.push_back(std::move(contract));
    if (world.plan_contracts.size() > kKept) {
        v1::CancelOrderRequest cancel;
        cancel.set_order(world.plan_contracts.front().order);
        const exchange::Actor whose = world.plan_contracts.front().buyer;
        world.plan_contracts.drop_front();
        world.send(whose, "ContractService/CancelOrder", cancel);
    }
    if (!rolls || world.random.one_in(3)) return;
    v1::AcceptContractRequest accept;
    accept.set_contract(id);
    world.send(supplier, "ContractService/AcceptContract", accept);
    run_out(world, *ContractId::parse(id));
}

void act_on_plan_contract(World& world) {
    const auto has_ended = [&](const SimPlanContract& known) {
        const auto id = ContractId::parse(known.id);
        const contract::Contract* found = world.exchange().state().contracts.find(*id);
        return found == nullptr || found->is_final();
    };
    // Now and then one that has ended is acted on as well.
    if (!world.random.one_in(8)) world.plan_contracts.drop_if(has_ended);
    if (world.plan_contracts.empty()) return;
    SimPlanContract& contract = world.random.pick(world.plan_contracts);
    if (world.random.one_in(3)) change_plan_contract(world);
    const std::int64_t what = world.random.between(0, 9);
    if (what < 3) {
        v1::AcceptContractRequest request;
        request.set_contract(contract.id);
        world.send(contract.supplier, "ContractService/AcceptContract", request);
    } else if (what < 9) {
        report(world, contract);
    } else if (world.random.one_in(3)) {
        v1::CancelOrderRequest request;
        request.set_order(contract.order);
        world.send(contract.buyer, "ContractService/CancelOrder", request);
    }
}

void err_by_plan(World& world) {
    if (world.random.one_in(4)) return err_in_changes(world);
    switch (world.random.between(0, 7)) {
        case 0:
            return report_of_cores(world);
        case 1:
        case 2:
        case 3:
            return err_in_line(world);
        default:
            // Some flaws are found at few contracts alone.
            for (int i = 0; i < 3 && !world.plan_contracts.empty(); ++i) {
                const SimPlanContract contract = world.random.pick(world.plan_contracts);
                err_in_report(world, contract);
            }
    }
}

void end_plan_contracts(World& world) {
    std::vector<std::pair<std::string, exchange::Actor>> orders;
    world.exchange().state().contracts.contracts().for_each(
        [&](ContractId, const contract::Contract& known) {
            if (known.is_final() || !known.terms.is_by_plan()) return;
            orders.emplace_back(known.order.text(), key_of(world, known.terms.buyer));
        });
    for (const auto& [order, buyer] : orders) {
        world.fibers.begin([&world, order, buyer] {
            v1::CancelOrderRequest request;
            request.set_order(order);
            world.send(buyer, "ContractService/CancelOrder", request);
        });
    }
}

}  // namespace penstock::sim
