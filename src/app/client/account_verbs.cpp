#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/paper_files.h"
#include "app/client/period.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "format/bill/account_statement.h"
#include "penstock/v1/account.pb.h"
#include "penstock/v1/ledger.pb.h"

namespace penstock::client {

namespace {

struct AccountInput {
    std::string account;
    PeriodInput period;
    std::uint64_t limit = 50;
    PaperInput paper;
};

RemoteResult<void> list_accounts(Session& session) {
    TRY_ASSIGN(const auto response, session.call<v1::GetBalanceResponse>("LedgerService/GetBalance",
                                                                         v1::GetBalanceRequest()));
    if (session.output() == Output::machines) {
        print_json(response);
        return {};
    }
    Table table({{"ACCOUNT"},
                 {"KIND"},
                 {"DEBITS", Table::Align::right},
                 {"CREDITS", Table::Align::right},
                 {"BALANCE", Table::Align::right},
                 {"HELD", Table::Align::right},
                 {"CURRENCY"}});
    for (const v1::Account& account : response.accounts())
        table.add({account.id(), enum_text(account.kind(), "ACCOUNT_"),
                   money_text(account.debits_posted(), ""),
                   money_text(account.credits_posted(), ""),
                   money_text(account.credits_posted() - account.debits_posted(), ""),
                   money_text(account.debits_pending(), ""), account.currency()});
    fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> show_history(Session& session, const AccountInput& input) {
    v1::ListAccountTransfersRequest request;
    request.set_account(input.account);
    TRY_ASSIGN(const Period period, read_period(input.period, 0));
    request.set_from_ns(period.from_ns);
    request.set_until_ns(period.until_ns);
    request.mutable_page()->set_size(static_cast<std::uint32_t>(input.limit));
    TRY_ASSIGN(const auto page, session.call<v1::ListAccountTransfersResponse>(
                                    "AccountService/ListAccountTransfers", request));
    if (session.output() == Output::machines) {
        print_json(page);
        return {};
    }
    Table table({{"TRANSFER"},
                 {"WHEN"},
                 {"OTHER ACCOUNT"},
                 {"AMOUNT", Table::Align::right},
                 {"BALANCE", Table::Align::right},
                 {"PURPOSE"},
                 {"FOR"}});
    for (const v1::AccountMovement& entry : page.entries()) {
        const v1::Transfer& transfer = entry.transfer();
        const bool pays = transfer.debit_account() == input.account;
        const std::int64_t amount = transfer.amount().micros();
        table.add({transfer.id(), time_text(transfer.at_ns()),
                   pays ? transfer.credit_account() : transfer.debit_account(),
                   money_text(pays ? -amount : amount, transfer.amount().currency()),
                   money_text(entry.after().credits_posted() - entry.after().debits_posted(), ""),
                   transfer.purpose(), transfer.subject()});
    }
    fmt::print("{}", table.text());
    return {};
}

void print_table(const v1::StatementOfAccount& statement) {
    const auto amount = [](std::int64_t micros) { return money_text(micros, ""); };
    fmt::print("{}, {} of {}, {}\n", statement.account(), enum_text(statement.kind(), "ACCOUNT_"),
               statement.holder().name(), statement.currency());
    Table table({{"WHEN"},
                 {"TRANSFER"},
                 {"PURPOSE"},
                 {"FOR"},
                 {"WITH"},
                 {"AMOUNT", Table::Align::right},
                 {"BALANCE", Table::Align::right}});
    table.add({time_text(statement.period().start_ns()), "", "opening balance", "", "", "",
               amount(statement.opening_micros())});
    for (const v1::AccountEntry& entry : statement.entries())
        table.add({time_text(entry.at_ns()), entry.transfer(), entry.purpose(), entry.subject(),
                   entry.counterparty(), amount(entry.amount_micros()),
                   amount(entry.balance_micros())});
    table.add({time_text(statement.period().end_ns()), "", "closing balance", "", "", "",
               amount(statement.closing_micros())});
    fmt::print("{}", table.text());
}

RemoteResult<void> show_statement(Session& session, const AccountInput& input) {
    v1::GetAccountStatementRequest request;
    request.set_account(input.account);
    TRY_ASSIGN(const Period period, read_period(input.period, input.period.utc_offset_minutes));
    request.set_from_ns(period.from_ns);
    request.set_until_ns(period.until_ns);
    request.set_utc_offset_minutes(input.period.utc_offset_minutes);
    TRY_ASSIGN(const auto statement,
               session.call<v1::StatementOfAccount>("AccountService/GetAccountStatement", request));
    if (auto checked = format::check_account_statement(statement); !checked)
        return refuse(checked.error());
    TRY(write_papers(statement, input.paper, &format::print_account_statement));
    if (session.output() == Output::machines) {
        print_json(statement);
    } else {
        print_table(statement);
    }
    return {};
}

}  // namespace

void add_account_verbs(CLI::App& app) {
    const auto input = std::make_shared<AccountInput>();
    CLI::App& account = topic(app, "account", "The party's accounts and their history");
    add_verb(account, "list", "Lists the party's accounts", input,
             [](Session& open, const AccountInput&) { return list_accounts(open); });
    CLI::App* history = add_verb(
        account, "history", "Shows an account's transfers, the newest first, with what each left",
        input, show_history);
    history->add_option("account", input->account, "acc_…")->required();
    add_period_options(*history, input->period);
    history->add_option("--limit", input->limit, "How many, 1 to 500")->capture_default_str();
    CLI::App* statement =
        add_verb(account, "statement", "Shows or prints a statement of account (docs/bills.md)",
                 input, show_statement);
    statement->add_option("account", input->account, "acc_…")->required();
    add_period_options(*statement, input->period)->required();
    add_offset_option(*statement, input->period);
    add_paper_options(*statement, input->paper);
    add_credit_verb(account);
    add_journal_verb(account);
    add_fee_tax_verb(account);
    add_direct_verb(account);
}

}  // namespace penstock::client
