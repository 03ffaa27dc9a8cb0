#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/choice.h"
#include "app/client/journal_book.h"
#include "app/client/pages.h"
#include "app/client/period.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "files/whole_file.h"
#include "penstock/v1/account.pb.h"

namespace penstock::client {

namespace {

struct JournalInput {
    PeriodInput period;
    std::string csv;
    std::string language = "zh";
};

void print_table(const std::vector<format::Voucher>& vouchers) {
    Table table({{"WHEN"},
                 {"TRANSFER"},
                 {"SUMMARY"},
                 {"ACCOUNT"},
                 {"OF"},
                 {"DEBIT", Table::Align::right},
                 {"CREDIT", Table::Align::right}});
    for (const format::Voucher& voucher : vouchers) {
        for (const format::VoucherLine& line : voucher.lines) {
            const std::string amount = money_text(line.amount.micros, "");
            const bool debit = line.side == format::Side::debit;
            table.add({time_text(voucher.at.ns), line.reference, line.summary,
                       line.account_code + " " + line.account_name, line.party, debit ? amount : "",
                       debit ? "" : amount});
        }
    }
    fmt::print("{}", table.text());
}

RemoteResult<void> write_csv(const JournalBook& book, const JournalInput& input,
                             format::Language language) {
    const auto text = format::general_ledger_csv(
        book.vouchers(),
        {.language = language, .utc_offset_minutes = input.period.utc_offset_minutes});
    if (!text) return refuse(text.error());
    if (auto done = files::write_durably(input.csv, {*text}, 0644); !done)
        return refuse(done.error());
    return {};
}

/// Nothing is shown or written of a journal that is not whole.
RemoteResult<void> show_journal(Session& session, const JournalInput& input) {
    v1::ListJournalRequest request;
    TRY_ASSIGN(const Period period, read_period(input.period, input.period.utc_offset_minutes));
    request.set_from_ns(period.from_ns);
    request.set_until_ns(period.until_ns);
    request.mutable_page()->set_size(500);
    // On screen all is English.
    const bool is_chinese = !input.csv.empty() && input.language == "zh";
    const auto language = is_chinese ? format::Language::chinese : format::Language::english;
    JournalBook book(language);
    while (true) {
        TRY_ASSIGN(const auto page,
                   session.call<v1::ListJournalResponse>("AccountService/ListJournal", request));
        if (auto taken = book.take(page); !taken) return refuse(taken.error());
        if (session.output() == Output::machines) print_json(page);
        if (page.page().next_cursor().empty()) break;
        request.set_until_ns(page.until_ns());
        request.mutable_page()->set_cursor(page.page().next_cursor());
    }
    if (auto whole = book.finish(); !whole) return refuse(whole.error());
    if (!input.csv.empty()) TRY(write_csv(book, input, language));
    if (session.output() == Output::machines) return {};
    if (input.csv.empty()) print_table(book.vouchers());
    fmt::print("{}{}, {} on either side\n", input.csv.empty() ? "" : input.csv + ": ",
               count_text(book.vouchers().size(), "transfer"),
               money_text(book.amount().micros, ""));
    return {};
}

}  // namespace

void add_journal_verb(CLI::App& account) {
    const auto input = std::make_shared<JournalInput>();
    CLI::App* journal =
        add_verb(account, "journal",
                 "Shows or writes the general-ledger journal: your transfers, the operator's is of "
                 "all accounts (docs/exports.md)",
                 input, show_journal);
    add_period_options(*journal, input->period)->required();
    add_offset_option(*journal, input->period);
    journal->add_option("--csv", input->csv, "Write it here as CSV, instead");
    journal->add_option("--language", input->language, "Of the CSV: zh or en")
        ->check(one_of({"zh", "en"}))
        ->capture_default_str();
}

}  // namespace penstock::client
