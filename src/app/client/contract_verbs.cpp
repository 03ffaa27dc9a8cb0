#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "app/client/outcome.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/result_text.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::client {

namespace {

RemoteResult<void> list_contracts(Session& session) {
    Table table({{"CONTRACT"},
                 {"ORDER"},
                 {"BUYER"},
                 {"SUPPLIER"},
                 {"CORES", Table::Align::right},
                 {"PRICE", Table::Align::right},
                 {"STATE"},
                 {"CLOSED BECAUSE"},
                 {"CHARGED", Table::Align::right},
                 {"PAID OUT", Table::Align::right}});
    TRY((for_each_page<v1::ListContractsResponse>(
        session, "ContractService/ListContracts", v1::ListContractsRequest(),
        [&](const v1::ListContractsResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::Contract& contract : page.contracts())
                table.add({contract.id(), contract.order(), contract.buyer(), contract.supplier(),
                           std::to_string(contract.cores()),
                           contract.has_by_plan() ? "by plan"
                                                  : money_text(contract.price_per_core_hour()),
                           enum_text(contract.state(), "CONTRACT_"),
                           contract.close_reason() == v1::CLOSE_REASON_UNSPECIFIED
                               ? "-"
                               : enum_text(contract.close_reason(), "CLOSE_"),
                           money_text(contract.charged()),
                           money_text(contract.paid_to_supplier())});
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

/// What contracts by plan were charged, row by row.
void print_plan_charges(const v1::Bill& bill) {
    if (!bill.has_by_plan()) return;
    Table table({{"CONTRACT"},
                 {"COMPONENT"},
                 {"FROM"},
                 {"TO"},
                 {"WHY"},
                 {"QUANTITY", Table::Align::right},
                 {"UNIT"},
                 {"UNIT PRICE", Table::Align::right},
                 {"AMOUNT", Table::Align::right}});
    for (const v1::PlanCharged& charged : bill.by_plan().charged()) {
        for (const v1::PlanCharge& row : charged.charges())
            table.add({charged.contract(), row.component(), time_text(row.interval().start_ns()),
                       time_text(row.interval().end_ns()), enum_text(row.kind(), "PLAN_CHARGE_"),
                       row.quantity(), enum_text(row.unit(), "PRICE_UNIT_"),
                       money_text(row.unit_price()), exact_text(row.amount())});
    }
    fmt::print("{}\n", table.text());
}

void print_bill(const v1::Bill& bill, const std::map<std::string, std::string>& suppliers) {
    const auto name_of = [&](const std::string& party) {
        const auto found = suppliers.find(party);
        return found == suppliers.end() ? party : found->second;
    };
    fmt::print("Bill of {} for {}\n\n", bill.order(), bill.buyer());
    Table table({{"TASK"},
                 {"TASK INDEX", Table::Align::right},
                 {"ATTEMPT"},
                 {"SUPPLIER"},
                 {"CORES", Table::Align::right},
                 {"TIME", Table::Align::right},
                 {"RESULTS", Table::Align::right},
                 {"PRICE/CORE-HOUR", Table::Align::right},
                 {"AMOUNT", Table::Align::right},
                 {"USAGE BATCH", Table::Align::right}});
    for (const v1::BillLine& line : bill.lines())
        table.add({line.task(), std::to_string(line.task_index()), line.attempt(),
                   name_of(line.supplier()), std::to_string(line.cores()),
                   duration_text(line.wall_ns()),
                   line.results_incomplete() ? std::to_string(line.results()) + "+"
                   : line.results() > 0      ? std::to_string(line.results())
                                             : "-",
                   money_text(line.price_per_core_hour()), exact_text(line.amount()),
                   std::to_string(line.usage_number())});
    if (!bill.has_by_plan() || !table.empty()) fmt::print("{}\n", table.text());
    if (std::ranges::any_of(bill.lines(), &v1::BillLine::results_incomplete))
        fmt::print(
            "+ There may be more results: a log or folder was too large to count all of them. No "
            "result band holds anybody to them.\n\n");
    print_plan_charges(bill);
    Table sums({{"CONTRACT"},
                {"SUPPLIER"},
                {"STATE"},
                {"CHARGED", Table::Align::right},
                {"TO SUPPLIER", Table::Align::right},
                {"FEE", Table::Align::right},
                {"REFUNDED", Table::Align::right}});
    for (const v1::Contract& contract : bill.contracts())
        sums.add({contract.id(), name_of(contract.supplier()),
                  enum_text(contract.state(), "CONTRACT_"), money_text(contract.charged()),
                  money_text(contract.paid_to_supplier()), money_text(contract.operator_fee()),
                  money_text(contract.refunded())});
    fmt::print("{}\n", sums.text());
    for (const v1::Contract& contract : bill.contracts())
        if (contract.has_result_band())
            fmt::print("contract      {}\n{}\n", contract.id(), results_text(contract));
    fmt::print("accrued              {}\nrounded to the fen   {}\npayable              {}\n",
               exact_text(bill.accrued()), exact_text(bill.rounding()), exact_text(bill.payable()));
    fmt::print("paid to suppliers    {}\noperator's fee       {}\n",
               exact_text(bill.paid_to_suppliers()), exact_text(bill.operator_fee()));
    if (bill.has_settlement_rounding())
        fmt::print("exchange's rounding  {}\n", exact_text(bill.settlement_rounding()));
    fmt::print("{}\n", bill.settled() ? "Settled: every contract of the order has ended."
                                      : "Not settled yet: some contracts are still in force.");
}

RemoteResult<void> show_bill(Session& session, const std::string& order) {
    v1::GetBillRequest request;
    request.set_order(order);
    TRY_ASSIGN(const auto bill, session.call<v1::Bill>("ContractService/GetBill", request));
    if (session.output() == Output::machines)
        print_json(bill);
    else
        print_bill(bill, supplier_names(session));
    return {};
}

/// What a list of orders says of one.
struct OrderRow {
    unsigned contracts = 0;
    std::map<std::string, unsigned> states;  ///< How many contracts are in each.
    std::int64_t held = 0;                   ///< Held or in escrow, in micros.
    std::int64_t charged = 0;
    std::string currency;
};

RemoteResult<void> list_orders(Session& session) {
    std::vector<std::string> sequence;
    std::map<std::string, OrderRow> orders;
    TRY((for_each_page<v1::ListContractsResponse>(
        session, "ContractService/ListContracts", v1::ListContractsRequest(),
        [&](const v1::ListContractsResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::Contract& contract : page.contracts()) {
                const auto [at, is_new] = orders.try_emplace(contract.order());
                if (is_new) sequence.push_back(contract.order());
                OrderRow& row = at->second;
                const bool ended = contract.state() == v1::CONTRACT_SETTLED ||
                                   contract.state() == v1::CONTRACT_CANCELLED;
                ++row.contracts;
                ++row.states[enum_text(contract.state(), "CONTRACT_")];
                if (!ended) row.held += contract.escrow().micros();
                row.charged += contract.charged().micros();
                row.currency = contract.escrow().currency();
            }
        })));
    if (session.output() == Output::machines) return {};
    Table table({{"ORDER"},
                 {"STATE"},
                 {"CONTRACTS", Table::Align::right},
                 {"HELD", Table::Align::right},
                 {"CHARGED", Table::Align::right}});
    for (const std::string& order : sequence) {
        const OrderRow& row = orders.at(order);
        std::string states;
        for (const auto& [state, count] : row.states) {
            if (!states.empty()) states.append(", ");
            states.append(row.states.size() == 1 ? state : fmt::format("{} {}", count, state));
        }
        table.add({order, states, std::to_string(row.contracts), money_text(row.held, row.currency),
                   money_text(row.charged, row.currency)});
    }
    fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> cancel(Session& session, const std::string& order) {
    v1::CancelOrderRequest request;
    request.set_order(order);
    TRY(session.call<v1::CancelOrderResponse>("ContractService/CancelOrder", request));
    if (session.output() == Output::machines)
        fmt::print("{{}}\n");
    else
        fmt::print("{} is cancelled: what ran is paid, the rest returned\n", order);
    return {};
}

}  // namespace

void add_contract_verbs(CLI::App& app) {
    const auto session = std::make_shared<Session>();
    CLI::App* contracts = app.add_subcommand("contracts", "Lists the party's contracts");
    session->add_options(*contracts);
    on_call(*contracts, session, list_contracts);

    const auto order = std::make_shared<std::string>();
    const auto of_order = [&](CLI::App* command) {
        command->add_option("order", *order, "ord_…")->required();
    };
    of_order(add_verb(app, "bill", "Shows the itemised bill of an order", order, show_bill));
    const auto listing = std::make_shared<Session>();
    CLI::App* orders = app.add_subcommand("orders", "Lists the orders in which the party trades");
    listing->add_options(*orders);
    of_order(add_verb(*orders, "cancel", "Ends an order: what ran is paid, the rest returned",
                      order, cancel));
    on_call(*orders, listing, [orders](Session& open) -> RemoteResult<void> {
        if (!orders->get_subcommands().empty()) return {};
        return list_orders(open);
    });
}

}  // namespace penstock::client
