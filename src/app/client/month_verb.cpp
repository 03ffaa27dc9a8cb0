#include <fmt/core.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/client/error.h"
#include "app/client/paper_files.h"
#include "app/client/period.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "format/bill/bills_statement.h"
#include "penstock/v1/bills.pb.h"

namespace penstock::client {

namespace {

struct MonthInput {
    std::string month;
    PeriodInput period;
    bool as_supplier = false;
    std::string party;
    PaperInput paper;
};

/// "2028-02" as the month it is; nothing for any other text.
std::optional<std::chrono::year_month> parse_month(const std::string& text) {
    const auto first = parse_time(text + "-01");
    if (text.size() != std::string_view("2028-02").size() || !first) return std::nullopt;
    const std::chrono::sys_days day{
        std::chrono::floor<std::chrono::days>(std::chrono::nanoseconds(*first))};
    const std::chrono::year_month_day date(day);
    return date.year() / date.month();
}

std::chrono::year_month last_whole_month(std::int32_t utc_offset_minutes) {
    const auto now = std::chrono::system_clock::now() + std::chrono::minutes(utc_offset_minutes);
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    return today.year() / today.month() - std::chrono::months(1);
}

/// The interval that was asked for: a month where it is, if no other.
RemoteResult<Period> asked_period(const MonthInput& input) {
    const std::int32_t offset = input.period.utc_offset_minutes;
    if (!input.period.from.empty()) return read_period(input.period, offset);
    const auto month = input.month.empty() ? last_whole_month(offset) : parse_month(input.month);
    if (!month) return refuse(kUsage, "month", "A month is like 2028-02.");
    const auto first_of = [&](std::chrono::year_month of) {
        const std::chrono::nanoseconds since =
            std::chrono::sys_days(of / 1).time_since_epoch() - std::chrono::minutes(offset);
        return std::int64_t{since.count()};
    };
    return Period{first_of(*month), first_of(*month + std::chrono::months(1))};
}

void print_contracts(const v1::BillsStatement& statement) {
    Table table({{"CONTRACT"},
                 {"PRODUCT"},
                 {"WITH"},
                 {"BILLS", Table::Align::right},
                 {"AMOUNT", Table::Align::right},
                 {"PAID", Table::Align::right},
                 {"DUE", Table::Align::right}});
    for (const v1::StatedContract& contract : statement.contracts())
        table.add({contract.contract(), contract.product(), contract.counterparty(),
                   std::to_string(contract.bills()), money_text(contract.amount_micros(), ""),
                   money_text(contract.paid_micros(), ""), money_text(contract.due_micros(), "")});
    fmt::print("{}\n", table.text());
}

void print_bills(const v1::BillsStatement& statement) {
    const auto amount = [](std::int64_t micros) { return money_text(micros, ""); };
    Table table({{"BILL"},
                 {"ISSUED"},
                 {"CONTRACT"},
                 {"STATE"},
                 {"AMOUNT", Table::Align::right},
                 {"VAT", Table::Align::right},
                 {"GIVEN BACK", Table::Align::right},
                 {"PAID", Table::Align::right},
                 {"DUE", Table::Align::right},
                 {"DUE BY"}});
    for (const v1::StatedBill& bill : statement.bills())
        table.add({"bill_" + std::to_string(bill.number()), time_text(bill.issued_at_ns()),
                   bill.contract(),
                   bill.kind() == v1::SETTLEMENT_CREDIT_NOTE
                       ? "corrects bill_" + std::to_string(bill.corrects())
                       : enum_text(bill.state(), "BILL_"),
                   amount(bill.amount_micros()), amount(bill.tax_micros()),
                   amount(bill.given_back_micros()), amount(bill.paid_micros()),
                   amount(bill.due_micros()), time_text(bill.due_at_ns())});
    fmt::print("{}\n", table.text());
}

void print_statement(const v1::BillsStatement& statement) {
    const auto amount = [&](std::int64_t micros) {
        return money_text(micros, statement.currency());
    };
    fmt::print("{} of {} ({}), {} to {}: {} in all\n", statement.as_supplier() ? "Sales" : "Bills",
               statement.party().name(), statement.party().party(),
               time_text(statement.period().start_ns()), time_text(statement.period().end_ns()),
               statement.bills_size());
    if (!statement.bills().empty()) {
        print_contracts(statement);
        print_bills(statement);
    }
    fmt::print("charged    {}\ncredited   {}\npayable    {}\nVAT within {}\n",
               amount(statement.charged_micros()), amount(statement.credited_micros()),
               amount(statement.payable_micros()), amount(statement.tax_micros()));
    fmt::print("paid       {}\ndue        {}\n", amount(statement.paid_micros()),
               amount(statement.due_micros()));
    if (!statement.as_supplier())
        fmt::print("This is not a tax invoice (发票); sellers issue those.\n");
}

RemoteResult<void> show_month(Session& session, const MonthInput& input) {
    v1::GetBillsStatementRequest request;
    request.set_party(input.party);
    request.set_as_supplier(input.as_supplier);
    TRY_ASSIGN(const Period period, asked_period(input));
    request.set_from_ns(period.from_ns);
    request.set_until_ns(period.until_ns);
    request.set_utc_offset_minutes(input.period.utc_offset_minutes);
    TRY_ASSIGN(const auto statement,
               session.call<v1::BillsStatement>("BillService/GetBillsStatement", request));
    if (auto checked = format::check_bills_statement(statement); !checked)
        return refuse(checked.error());
    TRY(write_papers(statement, input.paper, &format::print_bills_statement));
    if (session.output() == Output::machines)
        print_json(statement);
    else
        print_statement(statement);
    return {};
}

}  // namespace

void add_month_verb(CLI::App& settlement) {
    const auto input = std::make_shared<MonthInput>();
    CLI::App* month = add_verb(settlement, "month",
                               "Shows or prints all bills of a month on one paper (docs/bills.md)",
                               input, show_month);
    CLI::Option* given = month->add_option(
        "month", input->month, "In which they were issued, such as 2028-02; the last if not given");
    CLI::Option* from = add_period_options(*month, input->period);
    from->excludes(given);
    month->get_option("--until")->needs(from);
    add_offset_option(*month, input->period);
    month->add_flag("--as-supplier", input->as_supplier, "Those on your sales");
    month->add_option("--party", input->party, "Of another party, for the operator: party_…");
    add_paper_options(*month, input->paper);
}

}  // namespace penstock::client
