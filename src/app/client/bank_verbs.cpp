#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/bank_input.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::client {

namespace {

void print_statement(const v1::BankStatement& statement) {
    const std::string& currency = statement.currency();
    fmt::print("account  {}\ndays     {} to {}\n", statement.account(), statement.first_day(),
               statement.last_day());
    if (statement.has_opening_micros()) {
        fmt::print("opening  {}\n", money_text(statement.opening_micros(), currency));
    }
    Table table({{"BOOKED"},
                 {"AMOUNT", Table::Align::right},
                 {"BANK REFERENCE"},
                 {"COUNTERPARTY"},
                 {"REFERENCE"},
                 {"PURPOSE"}});
    for (const v1::BankEntry& entry : statement.entries()) {
        table.add({entry.booking_day(), money_text(entry.amount_micros(), currency),
                   entry.bank_reference(), entry.counterparty_name(), entry.end_to_end_reference(),
                   entry.purpose()});
    }
    if (!table.empty()) fmt::print("{}", table.text());
    if (statement.has_closing_micros()) {
        fmt::print("closing  {}\n", money_text(statement.closing_micros(), currency));
    }
    const bool proved = statement.has_opening_micros() && statement.has_closing_micros();
    fmt::print("{}; {}\n",
               statement.entries_size() == 1
                   ? "1 entry"
                   : std::to_string(statement.entries_size()) + " entries",
               proved ? "opening and entries make the closing balance"
                      : "the file gives no balances, so that missing entries would not show");
}

RemoteResult<void> check(const Session& session, const BankInput& input) {
    const auto statements = read_statements(input);
    if (!statements) return refuse(statements.error());
    if (session.output() == Output::machines) {
        print_json(*statements);
        return {};
    }
    for (const v1::BankStatement& statement : statements->statements()) print_statement(statement);
    return {};
}

}  // namespace

void add_bank_verbs(CLI::App& app) {
    const auto input = std::make_shared<BankInput>();
    const auto session = std::make_shared<Session>();
    CLI::App* bank =
        app.add_subcommand("bank", "Bank statements, and what they mean for the books");
    bank->require_subcommand(1);
    CLI::App* checker = bank->add_subcommand(
        "check", "Reads a bank statement and shows what it holds; needs no server");
    session->add_output_options(*checker);
    checker->add_option("--profile", input->profile,
                        "How the CSV is written: " + profile_names() + ", or a file");
    checker->add_option("file", input->file, "CSV, or camt.053 XML")->required();
    on_call(*checker, session, [input](Session& open) { return check(open, *input); });
    add_bank_book_verbs(*bank);
}

}  // namespace penstock::client
