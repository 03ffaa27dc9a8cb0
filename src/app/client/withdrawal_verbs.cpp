#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/error.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/custody.pb.h"

namespace penstock::client {

namespace {

struct WithdrawalInput {
    std::string amount;
    std::string currency = "CNY";
    std::string payee;
    std::string withdrawal;
    std::string bank_reference;
    std::string note;
    bool open = false;
};

std::string state_text(v1::WithdrawalState state) {
    return enum_text(state, "WITHDRAWAL_");
}

RemoteResult<void> ask(Session& session, const WithdrawalInput& input) {
    if (input.amount.empty())
        return refuse(kUsage, "amount", "Give the amount: penstock withdraw 100 --payee main.");
    v1::RequestWithdrawalRequest request;
    TRY_ASSIGN(*request.mutable_amount(), read_amount(input.amount, input.currency));
    request.set_payee(input.payee);
    TRY_ASSIGN(const auto response, session.call<v1::RequestWithdrawalResponse>(
                                        "CustodyService/RequestWithdrawal", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print(
            "withdrawal  {}\nreference   {}\nThe money is held until two officers have "
            "looked at it, for seven days at most.\n",
            response.withdrawal(), response.reference());
    return {};
}

template <class Request>
RemoteResult<void> step(Session& session, const char* method, const Request& request) {
    TRY_ASSIGN(const auto withdrawal, session.call<v1::Withdrawal>(method, request));
    if (session.output() == Output::machines)
        print_json(withdrawal);
    else
        fmt::print("{} of {} is {}\n", withdrawal.id(), money_text(withdrawal.amount()),
                   state_text(withdrawal.state()));
    return {};
}

/// @param take  Called with each page of withdrawals in a state; unspecified: in any.
template <class Take>
RemoteResult<void> for_each_in(Session& session, v1::WithdrawalState state, const Take& take) {
    v1::ListWithdrawalsRequest request;
    request.set_state(state);
    return for_each_page<v1::ListWithdrawalsResponse>(session, "CustodyService/ListWithdrawals",
                                                      request, take);
}

RemoteResult<void> list(Session& session, const WithdrawalInput& input) {
    Table table({{"WITHDRAWAL"},
                 {"PARTY"},
                 {"AMOUNT", Table::Align::right},
                 {"STATE"},
                 {"ASKED"},
                 {"PAYEE"},
                 {"REFERENCE"},
                 {"APPROVED BY"},
                 {"NOTE"}});
    const auto take = [&](const v1::ListWithdrawalsResponse& page) {
        if (session.output() == Output::machines) print_json(page);
        for (const v1::Withdrawal& withdrawal : page.withdrawals())
            table.add({withdrawal.id(), withdrawal.party(), money_text(withdrawal.amount()),
                       state_text(withdrawal.state()), time_text(withdrawal.requested_at_ns()),
                       withdrawal.payee(), withdrawal.reference(), withdrawal.approved_by(),
                       withdrawal.note()});
    };
    if (input.open) {
        TRY(for_each_in(session, v1::WITHDRAWAL_APPROVED, take));
        TRY(for_each_in(session, v1::WITHDRAWAL_REQUESTED, take));
    } else {
        TRY(for_each_in(session, v1::WITHDRAWAL_STATE_UNSPECIFIED, take));
    }
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

}  // namespace

void add_withdrawal_verbs(CLI::App& app) {
    const auto input = std::make_shared<WithdrawalInput>();
    const auto named = [&](CLI::App* command) {
        command->add_option("withdrawal", input->withdrawal, "wd_…")->required();
        return command;
    };
    const auto session = std::make_shared<Session>();
    CLI::App* withdraw = app.add_subcommand("withdraw", "Asks for money to be paid out");
    session->add_options(*withdraw);
    withdraw->add_option("amount", input->amount, "For instance 100 or 12.50");
    withdraw->add_option("--currency", input->currency, "ISO 4217 code of the amount")
        ->capture_default_str();
    withdraw->add_option("--payee", input->payee,
                         "Which of the party's accounts that the operator has on file");
    named(add_verb(*withdraw, "cancel", "Takes a withdrawal back that nobody has approved", input,
                   [](Session& open, const WithdrawalInput& given) {
                       v1::CancelWithdrawalRequest request;
                       request.set_withdrawal(given.withdrawal);
                       return step(open, "CustodyService/CancelWithdrawal", request);
                   }));
    named(add_verb(*withdraw, "approve", "Approves a withdrawal: the first officer", input,
                   [](Session& open, const WithdrawalInput& given) {
                       v1::ApproveWithdrawalRequest request;
                       request.set_withdrawal(given.withdrawal);
                       return step(open, "CustodyService/ApproveWithdrawal", request);
                   }));
    CLI::App* confirm =
        named(add_verb(*withdraw, "confirm", "Says that the bank has paid it: another officer",
                       input, [](Session& open, const WithdrawalInput& given) {
                           v1::ConfirmWithdrawalRequest request;
                           request.set_withdrawal(given.withdrawal);
                           request.set_bank_reference(given.bank_reference);
                           return step(open, "CustodyService/ConfirmWithdrawal", request);
                       }));
    confirm->add_option("--bank-reference", input->bank_reference, "The bank's own number")
        ->required();
    CLI::App* reject =
        named(add_verb(*withdraw, "reject", "Gives the money back (operator)", input,
                       [](Session& open, const WithdrawalInput& given) {
                           v1::RejectWithdrawalRequest request;
                           request.set_withdrawal(given.withdrawal);
                           request.set_note(given.note);
                           return step(open, "CustodyService/RejectWithdrawal", request);
                       }));
    reject->add_option("--note", input->note, "Why, for the party")->required();
    on_call(*withdraw, session, [input, withdraw](Session& open) -> RemoteResult<void> {
        if (!withdraw->get_subcommands().empty()) return {};
        return ask(open, *input);
    });
    CLI::App* all =
        add_verb(app, "withdrawals", "Lists withdrawals, the newest first", input, list);
    all->add_flag("--open", input->open, "Those alone that have not ended");
}

}  // namespace penstock::client
