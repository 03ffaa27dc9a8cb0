#include <fmt/core.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/client/choice.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/bills.pb.h"
#include "penstock/v1/dispute.pb.h"

namespace penstock::client {

namespace {

struct DisputeInput {
    std::string bill;
    std::string dispute;
    std::string state;
    std::string amount;
    std::string currency = "CNY";
    std::string text;
    std::vector<std::string> evidence;
};

const std::map<std::string, v1::DisputeState> kStates = {{"open", v1::DISPUTE_OPEN},
                                                         {"decided", v1::DISPUTE_DECIDED},
                                                         {"withdrawn", v1::DISPUTE_WITHDRAWN},
                                                         {"lapsed", v1::DISPUTE_LAPSED}};

RemoteResult<void> list_disputes(Session& session, const DisputeInput& input) {
    v1::ListDisputesRequest request;
    request.set_bill(input.bill);
    if (!input.state.empty()) request.set_state(kStates.at(input.state));
    Table table({{"DISPUTE"},
                 {"BILL"},
                 {"OPENED"},
                 {"BUYER"},
                 {"SUPPLIER"},
                 {"AMOUNT", Table::Align::right},
                 {"STATE"},
                 {"GIVEN BACK", Table::Align::right},
                 {"CREDIT NOTE"},
                 {"REASON"}});
    TRY((for_each_page<v1::ListDisputesResponse>(
        session, "BillService/ListDisputes", request, [&](const v1::ListDisputesResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::Dispute& dispute : page.disputes())
                table.add({dispute.id(), dispute.bill(), time_text(dispute.opened_at_ns()),
                           dispute.buyer(), dispute.supplier(), money_text(dispute.amount()),
                           enum_text(dispute.state(), "DISPUTE_"),
                           money_text(dispute.given_back().micros(), ""), dispute.credit_note(),
                           dispute.reason()});
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> open_dispute(Session& session, const DisputeInput& input) {
    v1::OpenDisputeRequest request;
    request.set_bill(input.bill);
    TRY_ASSIGN(*request.mutable_amount(), read_amount(input.amount, input.currency));
    request.set_reason(input.text);
    for (const std::string& reference : input.evidence) request.add_evidence(reference);
    TRY_ASSIGN(const auto response,
               session.call<v1::OpenDisputeResponse>("DisputeService/OpenDispute", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{}: {} of {} is not paid out before two officers have decided\n",
                   response.dispute(), money_text(request.amount()), input.bill);
    return {};
}

RemoteResult<void> withdraw_dispute(Session& session, const DisputeInput& input) {
    v1::WithdrawDisputeRequest request;
    request.set_dispute(input.dispute);
    TRY_ASSIGN(const auto response, session.call<v1::WithdrawDisputeResponse>(
                                        "DisputeService/WithdrawDispute", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{} is withdrawn\n", input.dispute);
    return {};
}

RemoteResult<void> decide_dispute(Session& session, const DisputeInput& input) {
    v1::DecideDisputeRequest request;
    request.set_dispute(input.dispute);
    TRY_ASSIGN(*request.mutable_given_back(), read_amount(input.amount, input.currency));
    request.set_note(input.text);
    TRY_ASSIGN(const auto response,
               session.call<v1::DecideDisputeResponse>("DisputeService/DecideDispute", request));
    if (session.output() == Output::machines)
        print_json(response);
    else if (response.awaits_second_officer())
        fmt::print("This waits for another officer to say the same.\n");
    else if (response.credit_note().empty())
        fmt::print("{} is decided: nothing is given back\n", input.dispute);
    else
        fmt::print("{} is decided: {} gives {} back\n", input.dispute, response.credit_note(),
                   money_text(request.given_back()));
    return {};
}

}  // namespace

void add_dispute_verbs(CLI::App& app) {
    const auto input = std::make_shared<DisputeInput>();
    const auto add_currency = [&](CLI::App& command) {
        command.add_option("--currency", input->currency, "ISO 4217 code of the amount")
            ->capture_default_str();
    };
    CLI::App& dispute = topic(app, "dispute", "Bills that a buyer does not agree with");
    CLI::App* list =
        add_verb(dispute, "list", "Lists your disputes, the newest first", input, list_disputes);
    list->add_option("--bill", input->bill, "Of this one alone: bill_…");
    list->add_option("--state", input->state, "In this state alone")->check(one_of_keys(kStates));
    CLI::App* open =
        add_verb(dispute, "open", "Says that a part of a bill is not owed (buyer, docs/bills.md)",
                 input, open_dispute);
    open->add_option("bill", input->bill, "bill_…")->required();
    open->add_option("--amount", input->amount, "How much of it, such as 12.50")->required();
    open->add_option("--reason", input->text, "Why, on one line")->required();
    open->add_option("--evidence", input->evidence,
                     "A receipt, artifact or statement; may be given again");
    add_currency(*open);
    CLI::App* withdraw =
        add_verb(dispute, "withdraw", "Takes a dispute back (buyer)", input, withdraw_dispute);
    withdraw->add_option("dispute", input->dispute, "dsp_…")->required();
    CLI::App* decide =
        add_verb(dispute, "decide", "Says what the buyer gets back; two officers say the same",
                 input, decide_dispute);
    decide->add_option("dispute", input->dispute, "dsp_…")->required();
    decide->add_option("--give-back", input->amount, "Such as 12.50, or 0")->required();
    decide->add_option("--note", input->text, "Why, on one line")->required();
    add_currency(*decide);
}

}  // namespace penstock::client
