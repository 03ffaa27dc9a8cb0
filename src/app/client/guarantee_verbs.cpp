#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/guarantee.pb.h"

namespace penstock::client {

namespace {

struct GuaranteeInput {
    std::string amount;
    std::string currency = "CNY";
    std::string party;
    std::string beneficiary;
    std::string note;
};

/// Tells what has come of a command on a guarantee.
template <class Response>
RemoteResult<void> tell_guarantee(Session& session, const Response& response, bool waits) {
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("guarantee  {}\n{}", money_text(response.guarantee()),
                   waits ? "This waits for another officer to say the same.\n" : "");
    return {};
}

RemoteResult<void> place_guarantee(Session& session, const GuaranteeInput& input) {
    v1::PlaceGuaranteeRequest request;
    TRY_ASSIGN(*request.mutable_amount(), read_amount(input.amount, input.currency));
    TRY_ASSIGN(const auto response, session.call<v1::PlaceGuaranteeResponse>(
                                        "GuaranteeService/PlaceGuarantee", request));
    return tell_guarantee(session, response, false);
}

RemoteResult<void> release_guarantee(Session& session, const GuaranteeInput& input) {
    v1::ReleaseGuaranteeRequest request;
    request.set_party(input.party);
    TRY_ASSIGN(*request.mutable_amount(), read_amount(input.amount, input.currency));
    TRY_ASSIGN(const auto response, session.call<v1::ReleaseGuaranteeResponse>(
                                        "GuaranteeService/ReleaseGuarantee", request));
    return tell_guarantee(session, response, false);
}

RemoteResult<void> draw_guarantee(Session& session, const GuaranteeInput& input) {
    v1::DrawGuaranteeRequest request;
    request.set_party(input.party);
    request.set_beneficiary(input.beneficiary);
    request.set_note(input.note);
    TRY_ASSIGN(*request.mutable_amount(), read_amount(input.amount, input.currency));
    TRY_ASSIGN(const auto response,
               session.call<v1::DrawGuaranteeResponse>("GuaranteeService/DrawGuarantee", request));
    return tell_guarantee(session, response, response.awaits_second_officer());
}

}  // namespace

void add_guarantee_verbs(CLI::App& app) {
    const auto input = std::make_shared<GuaranteeInput>();
    CLI::App* guarantee = app.add_subcommand("guarantee", "Deposits left as a guarantee");
    guarantee->require_subcommand(1);
    const auto with_amount = [&](CLI::App* command) {
        command->add_option("amount", input->amount, "For instance 100 or 12.50")->required();
        command->add_option("--currency", input->currency, "ISO 4217 code of the amount")
            ->capture_default_str();
        return command;
    };
    with_amount(
        add_verb(*guarantee, "place", "Sets cash aside as a guarantee", input, place_guarantee));
    CLI::App* release = with_amount(add_verb(
        *guarantee, "release", "Gives a guarantee back (operator)", input, release_guarantee));
    release->add_option("--party", input->party, "Whose")->required();
    CLI::App* draw = with_amount(add_verb(*guarantee, "draw",
                                          "Pays another party out of it; two officers say the same",
                                          input, draw_guarantee));
    draw->add_option("--party", input->party, "Whose")->required();
    draw->add_option("--to", input->beneficiary, "Who gets it")->required();
    draw->add_option("--note", input->note, "Why")->required();
}

}  // namespace penstock::client
