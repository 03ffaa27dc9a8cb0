#include <fmt/core.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/client/pages.h"
#include "app/client/paper_files.h"
#include "app/client/period.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "files/whole_file.h"
#include "format/bill/bill_sums.h"
#include "format/bill/energy_text.h"
#include "format/bill/paper_text.h"
#include "format/focus/bill_rows.h"
#include "penstock/v1/bills.pb.h"

namespace penstock::client {

namespace {

struct SettlementInput {
    std::string bill;
    std::string contract;
    PeriodInput period;
    PaperInput paper;
    std::string focus;
};

RemoteResult<v1::ListSettlementBillsRequest> list_request(const SettlementInput& input) {
    v1::ListSettlementBillsRequest request;
    request.set_contract(input.contract);
    TRY_ASSIGN(const Period period, read_period(input.period, input.period.utc_offset_minutes));
    request.set_from_ns(period.from_ns);
    request.set_until_ns(period.until_ns);
    return request;
}

/// With what of a bill that is paid directly waits for its supplier, or was denied by it.
std::string state_text(const v1::IssuedBill& bill) {
    if (!bill.corrects().empty()) return "corrects " + bill.corrects();
    const std::string state = enum_text(bill.state(), "BILL_");
    if (bill.has_declared()) return state + ", payment declared";
    return bill.has_denied() ? state + ", payment denied" : state;
}

RemoteResult<void> list_bills(Session& session, const SettlementInput& input) {
    TRY_ASSIGN(const auto request, list_request(input));
    Table table({{"BILL"},
                 {"ISSUED"},
                 {"CONTRACT"},
                 {"BUYER"},
                 {"SUPPLIER"},
                 {"CHARGED", Table::Align::right},
                 {"DISPUTED", Table::Align::right},
                 {"GIVEN BACK", Table::Align::right},
                 {"STATE"},
                 {"DUE"}});
    TRY((for_each_page<v1::ListSettlementBillsResponse>(
        session, "BillService/ListSettlementBills", request,
        [&](const v1::ListSettlementBillsResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::IssuedBill& bill : page.bills())
                table.add({bill.id(), time_text(bill.issued_at_ns()), bill.contract(), bill.buyer(),
                           bill.supplier(), money_text(bill.charged()),
                           money_text(bill.disputed().micros(), ""),
                           money_text(bill.given_back().micros(), ""), state_text(bill),
                           time_text(bill.due_at_ns())});
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

/// The bill, if it adds up.
RemoteResult<v1::SettlementBill> get_bill(Session& session, const std::string& id) {
    v1::GetSettlementBillRequest request;
    request.set_bill(id);
    TRY_ASSIGN(auto bill,
               session.call<v1::SettlementBill>("BillService/GetSettlementBill", request));
    if (auto checked = format::check_bill(bill); !checked) return refuse(checked.error());
    return bill;
}

void print_lines(const v1::SettlementBill& bill) {
    Table table({{"LINE", Table::Align::right},
                 {"ITEM"},
                 {"BAND"},
                 {"FOR"},
                 {"WHY"},
                 {"QUANTITY", Table::Align::right},
                 {"UNIT"},
                 {"UNIT PRICE", Table::Align::right},
                 {"AMOUNT", Table::Align::right}});
    for (const v1::SettlementLine& line : bill.lines()) {
        const bool priced = line.unit() != v1::PRICE_UNIT_UNSPECIFIED;
        table.add({std::to_string(line.number()), line.component(), line.band(), line.subject(),
                   enum_text(line.kind(), "SETTLEMENT_LINE_"),
                   priced ? format::quantity_text(line.quantity_nanos()) : "",
                   priced ? enum_text(line.unit(), "PRICE_UNIT_") : "",
                   priced ? format::price_text(line.unit_price_micros()) : "",
                   format::amount_text(line.amount_micros(), 6)});
    }
    fmt::print("{}\n", table.text());
}

/// Of what was used, where suppliers state it.
void print_energy(const v1::SettlementBill& bill) {
    const format::EnergyText energy = format::energy_text(bill);
    if (!energy.kwh.empty()) fmt::print("energy     {} kWh, PUE included\n", energy.kwh);
    if (!energy.carbon_kg.empty()) fmt::print("carbon     {} kg CO2e\n", energy.carbon_kg);
}

void print_bill(const v1::SettlementBill& bill) {
    const auto amount = [&](std::int64_t micros) { return money_text(micros, bill.currency()); };
    const bool is_note = bill.kind() == v1::SETTLEMENT_CREDIT_NOTE;
    fmt::print("{} {} of {}\n", is_note ? "Credit note" : "Settlement bill", bill.number(),
               time_text(bill.issued_at_ns()));
    if (is_note) fmt::print("corrects   bill_{}\n", bill.corrects());
    if (!bill.reason().empty()) fmt::print("reason     {}\n", bill.reason());
    fmt::print("period     {} to {}\nbuyer      {} ({})\n", time_text(bill.period().start_ns()),
               time_text(bill.period().end_ns()), bill.buyer().name(), bill.buyer().party());
    for (const v1::BilledContract& contract : bill.contracts())
        fmt::print("contract   {} of {}: {} by {}, sold by {} ({})\n", contract.contract(),
                   contract.order(), contract.product(), contract.supplier(), contract.seller(),
                   enum_word(contract.role(), "TRADE_ROLE_"));
    fmt::print("\n");
    print_lines(bill);
    fmt::print("subtotal   {}\nrounding   {}\npayable    {}\nVAT within {}\n",
               amount(bill.subtotal_micros()), amount(bill.rounding_micros()),
               amount(bill.payable_micros()), amount(bill.tax_micros()));
    for (const v1::SettlementPayment& payment : bill.payments())
        fmt::print("paid       {} ({} {})\n", amount(payment.amount_micros()),
                   enum_word(payment.kind(), "SETTLEMENT_PAYMENT_"), payment.reference());
    fmt::print("due        {}{}\n", amount(bill.due_micros()),
               bill.due_at_ns() > 0 ? " by " + time_text(bill.due_at_ns()) : "");
    print_energy(bill);
    if (bill.paid_directly())
        fmt::print("It is paid directly (直付), to the supplier's own bank account.\n");
    if (bill.kind() == v1::SETTLEMENT_BILL)
        fmt::print("This is not a tax invoice (发票); sellers issue those.\n");
}

RemoteResult<void> show_bill(Session& session, const SettlementInput& input) {
    TRY_ASSIGN(const auto bill, get_bill(session, input.bill));
    TRY(write_papers(bill, input.paper, &format::print_bill));
    if (session.output() == Output::machines)
        print_json(bill);
    else
        print_bill(bill);
    return {};
}

/// The bills of an interval, the oldest first, as FOCUS rows that make them whole.
RemoteResult<void> export_bills(Session& session, const SettlementInput& input) {
    TRY_ASSIGN(const auto request, list_request(input));
    std::vector<std::string> ids;
    TRY((for_each_page<v1::ListSettlementBillsResponse>(
        session, "BillService/ListSettlementBills", request,
        [&](const v1::ListSettlementBillsResponse& page) {
            for (const v1::IssuedBill& bill : page.bills()) ids.push_back(bill.id());
        })));
    std::vector<focus::FocusRow> rows;
    std::int64_t payable = 0;
    std::string currency;
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
        TRY_ASSIGN(const auto bill, get_bill(session, *id));
        auto made = focus::focus_rows(bill);
        if (!made) return refuse(made.error());
        for (focus::FocusRow& row : *made) rows.push_back(std::move(row));
        payable += bill.payable_micros();
        currency = bill.currency();
    }
    auto text = focus::focus_csv(rows);
    if (!text) return refuse(text.error());
    if (auto done = files::write_durably(input.focus, {*text}, 0644); !done)
        return refuse(done.error());
    fmt::print("{}: {} of {}, {} in all\n", input.focus, count_text(rows.size(), "charge"),
               count_text(ids.size(), "bill"), money_text(payable, currency));
    return {};
}

}  // namespace

void add_settlement_verbs(CLI::App& app) {
    const auto input = std::make_shared<SettlementInput>();
    CLI::App& settlement = topic(app, "settlement", "Settlement bills and statements");
    const auto add_interval = [&](CLI::App& command) {
        command.add_option("--contract", input->contract, "Of this one alone: ctr_…");
        add_period_options(command, input->period);
        add_offset_option(command, input->period);
    };
    add_interval(*add_verb(settlement, "list",
                           "Lists your settlement bills and credit notes, the newest first", input,
                           list_bills));
    CLI::App* show = add_verb(settlement, "show",
                              "Shows or prints a settlement bill or credit note (docs/bills.md)",
                              input, show_bill);
    show->add_option("bill", input->bill, "bill_…")->required();
    add_paper_options(*show, input->paper);
    add_month_verb(settlement);
    add_payment_verbs(settlement);
    CLI::App* exported = add_verb(
        settlement, "export", "Writes the bills of an interval as FOCUS 1.2 rows (docs/focus.md)",
        input, export_bills);
    add_interval(*exported);
    exported->add_option("--focus", input->focus, "Write the CSV file here")->required();
}

}  // namespace penstock::client
