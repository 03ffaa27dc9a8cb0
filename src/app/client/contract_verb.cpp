#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

#include "app/client/confirm.h"
#include "app/client/contract_text.h"
#include "app/client/error.h"
#include "app/client/exchange_moment.h"
#include "app/client/local_file.h"
#include "app/client/print.h"
#include "app/client/result_text.h"
#include "app/client/session.h"
#include "app/client/terms_text.h"
#include "app/client/verbs.h"
#include "base/time.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "transport/json/read.h"

namespace penstock::client {

namespace {

struct ContractInput {
    std::string contract;
    std::string product;
    std::vector<std::string> quantities;
    std::int64_t hours = 0;
    std::int64_t in_hours = 0;
    std::string max_total;
    std::uint32_t terms = 0;
    bool on_credit = false;
    bool yes = false;
    std::string usage_file;
};

/// Nobody buys without a yes, nor on terms of sale that were not read: shows those of the product,
/// and asks, unless both were given.
RemoteResult<void> confirm(const Session& session, const v1::Product& product,
                           const ContractInput& input) {
    const std::uint32_t version = product.sale_terms_version();
    if (session.output() == Output::people && product.has_sale_terms()) {
        Table table = terms_table();
        add_terms(table, product.sale_terms());
        fmt::print("Terms of sale:\n{}\n", table.text());
    }
    const bool were_read = input.terms == version;
    if (input.yes && were_read) return {};
    const std::string on_terms =
        version > 0 ? fmt::format(" on version {} of the terms of sale", version) : "";
    if (is_confirmed(session, fmt::format("Order it for at most {} {}{}?", input.max_total,
                                          product.price_per_core_hour().currency(), on_terms)))
        return {};
    if (were_read) return refuse(kNotConfirmed, "yes");
    return refuse(kNotConfirmed, "terms",
                  fmt::format("Read the terms of sale with `penstock product terms show`, and give "
                              "--terms {} besides to agree to them.",
                              version));
}

RemoteResult<void> order(Session& session, const ContractInput& input) {
    v1::GetProductRequest asked;
    asked.set_product(input.product);
    TRY_ASSIGN(const auto product, session.call<v1::Product>("CatalogService/GetProduct", asked));
    const auto max_total = parse_amount(input.max_total);
    if (!max_total) return refuse(kUsage, "max-total", "Give an amount, for instance 1200.00.");
    v1::PlaceOrderRequest request;
    v1::OrderLine& line = *request.add_lines();
    line.set_product(input.product);
    line.set_price_version(product.price_version());
    line.set_sale_terms_version(product.sale_terms_version());
    for (const std::string& text : input.quantities) {
        TRY_ASSIGN(*line.add_quantities(), read_quantity(text));
    }
    request.mutable_max_total()->set_micros(*max_total);
    request.mutable_max_total()->set_currency(product.price_per_core_hour().currency());
    request.set_post_paid(input.on_credit);
    TRY(confirm(session, product, input));
    TRY_ASSIGN(const Instant now, exchange_moment(session));
    const Instant start = now + seconds(input.in_hours * 3'600);
    line.mutable_term()->set_start_ns(start.ns);
    line.mutable_term()->set_end_ns((start + seconds(input.hours * 3'600)).ns);
    TRY_ASSIGN(const auto placed,
               session.call<v1::PlaceOrderResponse>("ContractService/PlaceOrder", request));
    if (session.output() == Output::machines)
        print_json(placed);
    else
        fmt::print("{}: {} ordered, {} set aside\n", placed.order(), placed.contracts(0),
                   money_text(placed.held()));
    return {};
}

void print_warning(const v1::Runway& runway) {
    if (runway.warned_days() > 0)
        fmt::print("warned        under {} {}, {}\n", runway.warned_days(),
                   runway.warned_days() == 1 ? "day" : "days", time_text(runway.warned_at_ns()));
}

/// How long cash lasts is its buyer's to know: says nothing to others.
void print_outlook(Session& session, const v1::Contract& contract) {
    v1::GetRunwayRequest request;
    request.set_contract(contract.id());
    const auto runway = session.call<v1::Runway>("ContractService/GetRunway", request);
    if (!runway) return;
    if (!runway->reaches_end() && contract.state() == v1::CONTRACT_ACTIVE)
        fmt::print("cash lasts    until {}\n", time_text(runway->lasts_until_ns()));
    print_warning(*runway);
}

RemoteResult<void> show(Session& session, const ContractInput& input) {
    v1::GetContractRequest request;
    request.set_contract(input.contract);
    TRY_ASSIGN(const auto contract,
               session.call<v1::Contract>("ContractService/GetContract", request));
    if (session.output() == Output::machines) {
        print_json(contract);
        return {};
    }
    fmt::print("contract      {} of {}\nbuyer         {}\nsupplier      {}\nproduct       {}\n",
               contract.id(), contract.order(), contract.buyer(), contract.supplier(),
               contract.product());
    fmt::print("term          {} to {}\n", time_text(contract.term().start_ns()),
               time_text(contract.term().end_ns()));
    if (contract.price_plan_version() > 0)
        fmt::print("price plan    version {}\n", contract.price_plan_version());
    if (contract.cores() > 0) fmt::print("cores         {}\n", contract.cores());
    for (const v1::PlanQuantity& bought : contract.by_plan().quantities())
        fmt::print("bought        {} {}\n", bought.quantity(), bought.component());
    fmt::print("state         {}\n", enum_text(contract.state(), "CONTRACT_"));
    if (contract.state() == v1::CONTRACT_ORDERED && contract.has_by_plan())
        fmt::print("accept until  {}\n", time_text(contract.by_plan().accept_until_ns()));
    if (contract.by_plan().has_charged_time())
        fmt::print("charged for   {} to {}\n",
                   time_text(contract.by_plan().charged_time().start_ns()),
                   time_text(contract.by_plan().charged_time().end_ns()));
    const v1::PlanPurchase& by_plan = contract.by_plan();
    if (contract.state() == v1::CONTRACT_SUSPENDED_FOR_FUNDS)
        fmt::print("suspended     {}; ends {} unless it is resumed\n",
                   time_text(by_plan.suspended_since_ns()),
                   time_text(by_plan.suspended_until_ns()));
    else if (by_plan.covered_until_ns() > 0)
        fmt::print("covered until {}\n", time_text(by_plan.covered_until_ns()));
    const bool is_over = contract.state() == v1::CONTRACT_SETTLED;
    if (by_plan.covered_until_ns() > 0 && !is_over) print_outlook(session, contract);
    print_changes(contract);
    print_money(contract);
    fmt::print("{}", results_text(contract));
    return {};
}

RemoteResult<void> runway(Session& session, const ContractInput& input) {
    v1::GetRunwayRequest request;
    request.set_contract(input.contract);
    TRY_ASSIGN(const auto reach, session.call<v1::Runway>("ContractService/GetRunway", request));
    if (session.output() == Output::machines) {
        print_json(reach);
        return {};
    }
    fmt::print("covered until {}\nlasts until   {}{}\nfree cash     {}\n",
               time_text(reach.covered_until_ns()), time_text(reach.lasts_until_ns()),
               reach.reaches_end() ? ", its end" : "", money_text(reach.free_cash()));
    if (reach.next_top_up_at_ns() > 0)
        fmt::print("next top-up   at most {}, {}\n", money_text(reach.next_top_up()),
                   time_text(reach.next_top_up_at_ns()));
    else if (reach.next_top_up().micros() > 0)
        fmt::print("to resume     {}\n", money_text(reach.next_top_up()));
    print_warning(reach);
    if (reach.look_at_ns() > 0)
        fmt::print("looked at     {} again\n", time_text(reach.look_at_ns()));
    return {};
}

RemoteResult<void> resume(Session& session, const ContractInput& input) {
    v1::ResumeContractRequest request;
    request.set_contract(input.contract);
    TRY_ASSIGN(const auto done,
               session.call<v1::ResumeContractResponse>("ContractService/ResumeContract", request));
    if (session.output() == Output::machines)
        print_json(done);
    else
        fmt::print("{} goes on, covered until {}\n", input.contract,
                   time_text(done.covered_until_ns()));
    return {};
}

RemoteResult<void> accept(Session& session, const ContractInput& input) {
    v1::AcceptContractRequest request;
    request.set_contract(input.contract);
    TRY_ASSIGN(const auto done,
               session.call<v1::AcceptContractResponse>("ContractService/AcceptContract", request));
    if (session.output() == Output::machines)
        print_json(done);
    else
        fmt::print("{} is accepted\n", input.contract);
    return {};
}

RemoteResult<void> decline(Session& session, const ContractInput& input) {
    v1::DeclineContractRequest request;
    request.set_contract(input.contract);
    TRY_ASSIGN(const auto done, session.call<v1::DeclineContractResponse>(
                                    "ContractService/DeclineContract", request));
    if (session.output() == Output::machines)
        print_json(done);
    else
        fmt::print("{} is declined: the buyer has its money back\n", input.contract);
    return {};
}

RemoteResult<void> report(Session& session, const ContractInput& input) {
    v1::ReportUsageRequest request;
    const auto text = read_file(input.usage_file);
    if (!text) return refuse(text.error());
    if (auto read = transport::read_json(*text, request); !read) return refuse(read.error());
    request.set_contract(input.contract);
    TRY_ASSIGN(const auto done,
               session.call<v1::ReportUsageResponse>("ContractService/ReportUsage", request));
    if (session.output() == Output::machines)
        print_json(done);
    else
        fmt::print("charged {}; the next report is number {}\n", exact_text(done.charged()),
                   done.next_number());
    return {};
}

}  // namespace

void add_contract_verb(CLI::App& app) {
    const auto input = std::make_shared<ContractInput>();
    CLI::App* contract = app.add_subcommand("contract", "One contract, by either of its sides");
    contract->require_subcommand(1);
    CLI::App* buy =
        add_verb(*contract, "order", "Orders quantities of a product's price plan", input, order);
    buy->add_option("product", input->product, "prod_…")->required();
    buy->add_option("--quantity", input->quantities, "component=number; may be given again")
        ->required();
    buy->add_option("--hours", input->hours, "How long")->required()->check(CLI::Range(1, 8'784));
    buy->add_option("--in-hours", input->in_hours, "When it begins; now without")
        ->check(CLI::Range(0, 8'760));
    buy->add_option("--max-total", input->max_total, "Refused when it could cost more")->required();
    buy->add_flag("--on-credit", input->on_credit,
                  "Pay when the bills are due (docs/service-levels.md)");
    buy->add_option("--terms", input->terms,
                    "The version of the terms of sale that you agree to; asks when it is another");
    buy->add_flag("--yes", input->yes, "Orders without asking");
    const auto of_one = [&](const char* name, const char* about, auto work) {
        CLI::App* command = add_verb(*contract, name, about, input, work);
        command->add_option("contract", input->contract, "ctr_…")->required();
        return command;
    };
    of_one("show", "Shows what was bought, and what it has cost so far", show);
    of_one("runway", "Shows how long escrow and cash reach (docs/rolling-escrow.md)", runway);
    of_one("resume", "Lets a contract that is suspended for funds go on", resume);
    of_one("accept", "Accepts an order as its supplier", accept);
    of_one("decline", "Declines an order as its supplier", decline);
    of_one("report", "Reports usage as the supplier", report)
        ->add_option("-f,--usage", input->usage_file, "A JSON file; see docs/pricing.md")
        ->required();
    add_change_verbs(*contract);
}

}  // namespace penstock::client
