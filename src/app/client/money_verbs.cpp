#include <fmt/core.h>

#include <memory>
#include <string>
#include <string_view>

#include "app/client/error.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/ledger.pb.h"

namespace penstock::client {

namespace {

struct MoneyInput {
    std::string amount;
    std::string currency = "CNY";
    std::string top_up;
    std::string bank_reference;
    std::size_t limit = 50;
};

RemoteResult<void> request_top_up(Session& session, const MoneyInput& input) {
    if (input.amount.empty())
        return refuse(kUsage, "amount", "Give the amount: penstock top-up 100.");
    v1::RequestTopUpRequest request;
    TRY_ASSIGN(*request.mutable_amount(), read_amount(input.amount, input.currency));
    TRY_ASSIGN(const auto response,
               session.call<v1::RequestTopUpResponse>("LedgerService/RequestTopUp", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print(
            "top-up     {}\nreference  {}\nTransfer {} with this reference; the operator "
            "confirms it when it has come.\n",
            response.top_up(), response.reference(), money_text(request.amount()));
    return {};
}

RemoteResult<void> confirm_top_up(Session& session, const MoneyInput& input) {
    v1::ConfirmTopUpRequest request;
    request.set_top_up(input.top_up);
    request.set_bank_reference(input.bank_reference);
    TRY_ASSIGN(*request.mutable_amount(), read_amount(input.amount, input.currency));
    TRY_ASSIGN(const auto response,
               session.call<v1::ConfirmTopUpResponse>("LedgerService/ConfirmTopUp", request));
    if (session.output() == Output::machines)
        print_json(response);
    else if (response.awaits_second_officer())
        fmt::print("{} waits for another officer to say the same\n", input.top_up);
    else
        fmt::print("{} is confirmed by {}\n", input.top_up, response.transfer());
    return {};
}

RemoteResult<void> show_balance(Session& session) {
    TRY_ASSIGN(const auto response, session.call<v1::GetBalanceResponse>("LedgerService/GetBalance",
                                                                         v1::GetBalanceRequest()));
    if (session.output() == Output::machines) {
        print_json(response);
        return {};
    }
    // Held from the order until the supplier accepts; then it moves to escrow.
    std::int64_t held = 0;
    for (const v1::Account& account : response.accounts())
        if (account.kind() == v1::ACCOUNT_CASH) held += account.debits_pending();
    fmt::print("available  {}\nheld       {}\nin escrow  {}\n", money_text(response.available()),
               money_text(held, response.available().currency()), money_text(response.in_escrow()));
    return {};
}

RemoteResult<void> list_transfers(Session& session, const MoneyInput& input) {
    Table table({{"TRANSFER"},
                 {"WHEN"},
                 {"FROM"},
                 {"TO"},
                 {"AMOUNT", Table::Align::right},
                 {"PURPOSE"},
                 {"FOR"}});
    v1::ListTransfersRequest request;
    request.mutable_page()->set_size(static_cast<std::uint32_t>(input.limit));
    TRY_ASSIGN(const auto page,
               session.call<v1::ListTransfersResponse>("LedgerService/ListTransfers", request));
    if (session.output() == Output::machines) {
        print_json(page);
        return {};
    }
    for (const v1::Transfer& transfer : page.transfers())
        table.add({transfer.id(), time_text(transfer.at_ns()), transfer.debit_account(),
                   transfer.credit_account(), money_text(transfer.amount()), transfer.purpose(),
                   transfer.subject()});
    fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> show_trial_balance(Session& session) {
    TRY_ASSIGN(const auto response,
               session.call<v1::GetTrialBalanceResponse>("LedgerService/GetTrialBalance",
                                                         v1::GetTrialBalanceRequest()));
    if (session.output() == Output::machines) {
        print_json(response);
    } else {
        Table table({{"ACCOUNT"},
                     {"KIND"},
                     {"PARTY"},
                     {"DEBITS", Table::Align::right},
                     {"CREDITS", Table::Align::right},
                     {"CURRENCY"}});
        for (const v1::Account& account : response.accounts())
            table.add({account.id(), enum_text(account.kind(), "ACCOUNT_"), account.party(),
                       money_text(account.debits_posted(), ""),
                       money_text(account.credits_posted(), ""), account.currency()});
        table.add({"", "", "TOTAL", money_text(response.debits_posted(), ""),
                   money_text(response.credits_posted(), ""), ""});
        table.add({"", "", "DIFFERENCE", money_text(response.difference(), ""), "", ""});
        fmt::print("{}", table.text());
    }
    if (response.difference() != 0) return refuse(kNotTotal);
    return {};
}

}  // namespace

void add_money_verbs(CLI::App& app) {
    const auto input = std::make_shared<MoneyInput>();
    const auto session = std::make_shared<Session>();
    CLI::App* top_up = app.add_subcommand("top-up", "Announces a bank transfer to come");
    session->add_options(*top_up);
    top_up->add_option("amount", input->amount, "For instance 100 or 12.50");
    top_up->add_option("--currency", input->currency, "ISO 4217 code of the amount")
        ->capture_default_str();
    CLI::App* confirm = add_verb(*top_up, "confirm",
                                 "Credits a top-up that stands on the bank statement (operator)",
                                 input, confirm_top_up);
    confirm->add_option("top_up", input->top_up, "topup_…")->required();
    confirm->add_option("--bank-reference", input->bank_reference, "The bank's own number")
        ->required();
    confirm->add_option("--amount", input->amount, "As on the statement")->required();
    confirm->add_option("--currency", input->currency, "ISO 4217 code of the amount")
        ->capture_default_str();
    on_call(*top_up, session, [input, confirm](Session& open) -> RemoteResult<void> {
        if (confirm->parsed()) return {};
        return request_top_up(open, *input);
    });

    add_verb(app, "balance", "Shows what the party may spend", input,
             [](Session& open, const MoneyInput&) { return show_balance(open); });
    CLI::App* transfers =
        add_verb(app, "transfers", "Lists the party's newest transfers", input, list_transfers);
    transfers->add_option("--limit", input->limit, "How many, 1 to 500")->capture_default_str();
    add_verb(app, "trial-balance", "Shows both sides of every account (operator)", input,
             [](Session& open, const MoneyInput&) { return show_trial_balance(open); });
}

}  // namespace penstock::client
