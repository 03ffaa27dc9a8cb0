#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

#include "app/client/contract_text.h"
#include "app/client/error.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "base/time.h"
#include "penstock/v1/change.pb.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::client {

namespace {

struct ChangeInput {
    std::string contract;
    std::string change;
    std::vector<std::string> quantities;
    std::int64_t hours = 0;
    std::string max_additional;
    bool as_supplier = false;
};

RemoteResult<void> propose(Session& session, const ChangeInput& input) {
    v1::GetContractRequest asked;
    asked.set_contract(input.contract);
    TRY_ASSIGN(const auto contract,
               session.call<v1::Contract>("ContractService/GetContract", asked));
    v1::ProposeChangeRequest request;
    request.set_contract(input.contract);
    if (input.hours > 0)
        request.set_term_end_ns(contract.term().end_ns() + seconds(input.hours * 3'600).ns);
    for (const std::string& text : input.quantities) {
        TRY_ASSIGN(*request.add_quantities(), read_quantity(text));
    }
    if (!input.max_additional.empty()) {
        const auto most = parse_amount(input.max_additional);
        if (!most) return refuse(kUsage, "max-additional", "Give an amount, for instance 1200.00.");
        request.mutable_max_additional()->set_micros(*most);
        request.mutable_max_additional()->set_currency(contract.escrow().currency());
    }
    TRY_ASSIGN(const auto done,
               session.call<v1::ProposeChangeResponse>("ChangeService/ProposeChange", request));
    if (session.output() == Output::machines)
        print_json(done);
    else
        fmt::print("{}: {}; {} could cost {} more\n", done.change_order(),
                   done.state() == v1::CHANGE_ORDER_AGREED ? "agreed to" : "waits for the supplier",
                   input.contract, money_text(done.additional()));
    return {};
}

template <class Request, class Response>
RemoteResult<void> answer(Session& session, const ChangeInput& input, const char* method,
                          const char* told) {
    Request request;
    request.set_change_order(input.change);
    TRY_ASSIGN(const auto done, session.call<Response>(method, request));
    if (session.output() == Output::machines)
        print_json(done);
    else
        fmt::print("{} is {}\n", input.change, told);
    return {};
}

RemoteResult<void> accept(Session& session, const ChangeInput& input) {
    return answer<v1::AcceptChangeRequest, v1::AcceptChangeResponse>(
        session, input, "ChangeService/AcceptChange", "agreed to: the contract is changed");
}

RemoteResult<void> decline(Session& session, const ChangeInput& input) {
    return answer<v1::DeclineChangeRequest, v1::DeclineChangeResponse>(
        session, input, "ChangeService/DeclineChange", "declined: the contract stays as it is");
}

RemoteResult<void> withdraw(Session& session, const ChangeInput& input) {
    return answer<v1::WithdrawChangeRequest, v1::WithdrawChangeResponse>(
        session, input, "ChangeService/WithdrawChange", "withdrawn: the contract stays as it is");
}

RemoteResult<v1::GiveNoticeResponse> send_notice(Session& session, const ChangeInput& input) {
    if (input.as_supplier) {
        v1::GiveSupplierNoticeRequest request;
        request.set_contract(input.contract);
        return session.call<v1::GiveNoticeResponse>("ContractService/GiveSupplierNotice", request);
    }
    v1::GiveNoticeRequest request;
    request.set_contract(input.contract);
    return session.call<v1::GiveNoticeResponse>("ContractService/GiveNotice", request);
}

RemoteResult<void> give_notice(Session& session, const ChangeInput& input) {
    TRY_ASSIGN(const auto done, send_notice(session, input));
    if (session.output() == Output::machines)
        print_json(done);
    else if (done.has_ended())
        fmt::print("{} has ended\n", input.contract);
    else
        fmt::print("{} ends {}, and is charged until then\n", input.contract,
                   time_text(done.ends_at_ns()));
    return {};
}

}  // namespace

void add_change_verbs(CLI::App& contract) {
    const auto input = std::make_shared<ChangeInput>();
    const auto of_contract = [&](const char* name, const char* about, auto work) {
        CLI::App* command = add_verb(contract, name, about, input, work);
        command->add_option("contract", input->contract, "ctr_…")->required();
        return command;
    };
    const auto of_change = [&](const char* name, const char* about, auto work) {
        add_verb(contract, name, about, input, work)
            ->add_option("change_order", input->change, "chg_…")
            ->required();
    };
    const auto costs = [&](CLI::App* command) {
        command->add_option("--max-additional", input->max_additional,
                            "Refused when it could cost more by above that; nothing more without");
    };
    const auto hours = [&](CLI::App* command) {
        return command->add_option("--hours", input->hours, "How much longer it lasts")
            ->check(CLI::Range(1, 8'784));
    };
    CLI::App* extend =
        of_contract("extend", "Proposes that a contract by plan ends later", propose);
    hours(extend)->required();
    costs(extend);
    CLI::App* change =
        of_contract("change", "Proposes other quantities from the next billing period on", propose);
    change
        ->add_option("--quantity", input->quantities,
                     "component=number, of what lasts; 0 for none; may be given again")
        ->required();
    hours(change);
    costs(change);
    of_change("accept-change", "Agrees to a change as the supplier", accept);
    of_change("decline-change", "Declines a change as the supplier", decline);
    of_change("withdraw-change", "Takes back a change that waits", withdraw);
    of_contract("notice", "Ends a contract by plan when its notice is over", give_notice)
        ->add_flag("--as-supplier", input->as_supplier, "By its supplier, not its buyer");
}

}  // namespace penstock::client
