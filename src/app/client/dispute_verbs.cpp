#include <fmt/core.h>

#include <map>
#include <memory>
#include <string>

#include "app/client/choice.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/bills.pb.h"

namespace penstock::client {

namespace {

struct DisputeInput {
    std::string bill;
    std::string state;
};

const std::map<std::string, v1::DisputeState> kStates = {{"open", v1::DISPUTE_OPEN},
                                                         {"decided", v1::DISPUTE_DECIDED},
                                                         {"withdrawn", v1::DISPUTE_WITHDRAWN}};

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

}  // namespace

void add_dispute_verbs(CLI::App& app) {
    const auto input = std::make_shared<DisputeInput>();
    CLI::App& dispute = topic(app, "dispute", "Bills that a buyer does not agree with");
    CLI::App* list =
        add_verb(dispute, "list", "Lists your disputes, the newest first", input, list_disputes);
    list->add_option("--bill", input->bill, "Of this one alone: bill_…");
    list->add_option("--state", input->state, "In this state alone")->check(one_of_keys(kStates));
}

}  // namespace penstock::client
