#include <fmt/core.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "app/client/error.h"
#include "app/client/local_file.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "format/bank/bank_file.h"
#include "format/bank/camt.h"
#include "format/bank/csv_profile.h"
#include "format/bank/csv_statement.h"
#include "format/bank/error.h"
#include "format/bank/shipped_profiles.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::client {

namespace {

struct BankInput {
    std::string file;
    std::string profile;
};

std::string profile_names() {
    std::string names;
    for (const format::ShippedProfile& shipped : format::shipped_profiles()) {
        names.append(names.empty() ? "" : ", ").append(shipped.name);
    }
    return names;
}

/// A profile that we ship, by its name, or else one in a file.
Result<v1::CsvProfile> find_profile(const std::string& given) {
    for (const format::ShippedProfile& shipped : format::shipped_profiles()) {
        if (shipped.name == given) return format::parse_csv_profile(shipped.yaml, given);
    }
    std::error_code error;
    if (!std::filesystem::exists(given, error)) {
        return reject(kUsage, "profile",
                      "'" + given + "' is neither a file nor one of " + profile_names() + ".");
    }
    TRY_ASSIGN(const std::string text, read_file(given));
    return format::parse_csv_profile(text, given);
}

/// Whether the first sign of the file is that of XML.
bool is_xml(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != text.npos && text[first] == '<';
}

Result<v1::BankStatements> read_statements(const BankInput& input) {
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(input.file, unknown);
    if (!unknown && size > format::kBankFileBytesMax) {
        return reject(format::kBankFileTooLarge, {}, input.file + ": the file is over 16 MB.");
    }
    TRY_ASSIGN(const std::string text, read_file(input.file));
    v1::BankStatements all;
    if (is_xml(text)) {
        TRY_ASSIGN(const auto statements, format::read_camt(text, input.file));
        for (const v1::BankStatement& statement : statements) *all.add_statements() = statement;
        return all;
    }
    if (input.profile.empty()) {
        return reject(kUsage, "profile",
                      input.file +
                          " is not XML; say how its CSV is written: --profile FILE, or "
                          "one of " +
                          profile_names() + ".");
    }
    TRY_ASSIGN(const v1::CsvProfile profile, find_profile(input.profile));
    TRY_ASSIGN(*all.add_statements(), format::read_csv_statement(text, profile, input.file));
    return all;
}

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
    CLI::App* bank = app.add_subcommand("bank", "Bank statements");
    bank->require_subcommand(1);
    CLI::App* checker = bank->add_subcommand(
        "check", "Reads a bank statement and shows what it holds; needs no server");
    session->add_output_options(*checker);
    checker->add_option("--profile", input->profile,
                        "How the CSV is written: " + profile_names() + ", or a file");
    checker->add_option("file", input->file, "CSV, or camt.053 XML")->required();
    on_call(*checker, session, [input](Session& open) { return check(open, *input); });
}

}  // namespace penstock::client
