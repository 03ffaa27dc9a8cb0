#include "settlement_verbs.h"

#include <cstdio>
#include <memory>
#include <string>

#include "app/client/choice.h"
#include "base/money.h"
#include "base/try.h"
#include "fail.h"
#include "files/whole_file.h"
#include "format/bill/account_statement.h"
#include "format/bill/bill_sums.h"
#include "format/bill/bills_statement.h"
#include "format/bill/print.h"
#include "transport/json/read.h"

namespace penstock::app {

namespace {

using format::Language;

/// A bill of 100,000 lines fits.
constexpr transport::JsonLimits kLimits{.bytes_max = 256U << 20, .values_max = 5'000'000};

struct Arguments {
    std::string file;
    std::string pdf;
    std::string png;
    Language language = Language::chinese;
    std::string font{format::kPaperFont};
    format::PageImage image;
};

template <class Message>
using Printer = Result<std::string> (*)(const Message&, const format::PaperForm&);

Result<std::string> text_of(const Arguments& arguments) {
    return files::read_file(arguments.file, kLimits.bytes_max);
}

template <class Message>
Result<Message> read(const std::string& text) {
    Message message;
    TRY(transport::read_json(text, message, kLimits));
    return message;
}

/// Writes the files that were asked for.
template <class Message>
Result<void> print(const Message& message, const Arguments& arguments, Printer<Message> printer) {
    format::PaperForm form{.language = arguments.language, .font_file = arguments.font};
    if (!arguments.pdf.empty()) {
        TRY_ASSIGN(const std::string bytes, printer(message, form));
        TRY(files::write_durably(arguments.pdf, {bytes}, 0644));
    }
    if (arguments.png.empty()) return {};
    form.image = arguments.image;
    TRY_ASSIGN(const std::string bytes, printer(message, form));
    return files::write_durably(arguments.png, {bytes}, 0644);
}

Result<void> bill(const Arguments& arguments) {
    TRY_ASSIGN(const std::string text, text_of(arguments));
    TRY_ASSIGN(const auto bill, read<v1::SettlementBill>(text));
    TRY(format::check_bill(bill));
    TRY(print(bill, arguments, &format::print_bill));
    const bool credit = bill.kind() == v1::SETTLEMENT_CREDIT_NOTE;
    std::printf("%s %llu adds up: lines %d, subtotal %s, tax %s, payable %s, due %s %s\n",
                credit ? "credit note" : "settlement bill",
                static_cast<unsigned long long>(bill.number()), bill.lines_size(),
                to_decimal(Money{bill.subtotal_micros()}).c_str(),
                to_decimal(Money{bill.tax_micros()}).c_str(),
                to_decimal(Money{bill.payable_micros()}).c_str(),
                to_decimal(Money{bill.due_micros()}).c_str(), bill.currency().c_str());
    return {};
}

Result<void> bills_statement(const v1::BillsStatement& statement, const Arguments& arguments) {
    TRY(format::check_bills_statement(statement));
    TRY(print(statement, arguments, &format::print_bills_statement));
    std::printf(
        "statement of bills of %s adds up: bills %d, payable %s, tax %s, paid %s, due %s %s\n",
        statement.party().party().c_str(), statement.bills_size(),
        to_decimal(Money{statement.payable_micros()}).c_str(),
        to_decimal(Money{statement.tax_micros()}).c_str(),
        to_decimal(Money{statement.paid_micros()}).c_str(),
        to_decimal(Money{statement.due_micros()}).c_str(), statement.currency().c_str());
    return {};
}

/// Of an account, or of bills: whichever it is.
Result<void> statement(const Arguments& arguments) {
    TRY_ASSIGN(const std::string text, text_of(arguments));
    if (const auto of_bills = read<v1::BillsStatement>(text); of_bills)
        return bills_statement(*of_bills, arguments);
    TRY_ASSIGN(const auto statement, read<v1::StatementOfAccount>(text));
    TRY(format::check_account_statement(statement));
    TRY(print(statement, arguments, &format::print_account_statement));
    std::printf("statement of %s adds up: entries %d, opening %s, closing %s %s\n",
                statement.account().c_str(), statement.entries_size(),
                to_decimal(Money{statement.opening_micros()}).c_str(),
                to_decimal(Money{statement.closing_micros()}).c_str(),
                statement.currency().c_str());
    return {};
}

void add_verb(CLI::App& settlement, const char* name, const char* description,
              Result<void> (*work)(const Arguments&)) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* verb = settlement.add_subcommand(name, description);
    verb->add_option("file", arguments->file, "JSON, as the exchange gives it")->required();
    verb->add_option("--pdf", arguments->pdf, "Write it here as a PDF");
    verb->add_option("--png", arguments->png, "Write one page here as a picture");
    client::add_language_option(*verb, arguments->language, "Of the paper; zh if not given");
    verb->add_option("--page", arguments->image.page, "Of the picture")->capture_default_str();
    verb->add_option("--dpi", arguments->image.dots_per_inch, "Of the picture, 36 to 600")
        ->check(CLI::Range(36, 600))
        ->capture_default_str();
    verb->add_option("--font", arguments->font, "A font file with Chinese and Latin signs")
        ->capture_default_str();
    verb->callback([arguments, work] {
        if (const auto done = work(*arguments); !done) fail(done.error());
    });
}

}  // namespace

void add_settlement_verbs(CLI::App& app) {
    CLI::App* settlement = app.add_subcommand("settlement", "Settlement bills and statements");
    settlement->require_subcommand(1);
    add_verb(*settlement, "bill",
             "Check that a settlement bill or credit note adds up, and print it (docs/bills.md)",
             bill);
    add_verb(
        *settlement, "statement",
        "Check that a statement, of an account or of bills, adds up, and print it (docs/bills.md)",
        statement);
}

}  // namespace penstock::app
