#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/credit.pb.h"

namespace penstock::client {

namespace {

struct CreditInput {
    std::string party;
    std::string limit;
    std::string currency = "CNY";
};

void print_line(const v1::CreditLine& line) {
    const std::int64_t free = line.limit().micros() - line.committed().micros();
    fmt::print("limit      {}\ncommitted  {}\nfree       {}\n", money_text(line.limit()),
               money_text(line.committed()),
               money_text(free < 0 ? 0 : free, line.limit().currency()));
    if (line.bills_overdue() > 0)
        fmt::print("overdue    {} bills; pay them before you order again\n", line.bills_overdue());
}

RemoteResult<void> set_limit(Session& session, const CreditInput& input) {
    v1::SetCreditLimitRequest request;
    request.set_party(input.party);
    TRY_ASSIGN(*request.mutable_limit(), read_amount(input.limit, input.currency));
    TRY_ASSIGN(const auto response,
               session.call<v1::SetCreditLimitResponse>("CreditService/SetCreditLimit", request));
    if (session.output() == Output::machines) {
        print_json(response);
        return {};
    }
    print_line(response.line());
    if (response.awaits_second_officer())
        fmt::print("This waits for another officer to say the same.\n");
    return {};
}

RemoteResult<void> show_or_set(Session& session, const CreditInput& input) {
    if (!input.limit.empty()) return set_limit(session, input);
    v1::GetCreditLineRequest request;
    request.set_party(input.party);
    TRY_ASSIGN(const auto line,
               session.call<v1::CreditLine>("CreditService/GetCreditLine", request));
    if (session.output() == Output::machines)
        print_json(line);
    else
        print_line(line);
    return {};
}

}  // namespace

void add_credit_verb(CLI::App& account) {
    const auto input = std::make_shared<CreditInput>();
    CLI::App* credit = account.add_subcommand(
        "credit",
        "Shows what may be ordered on credit, or sets it (operator; two officers to raise)");
    const auto session = std::make_shared<Session>();
    session->add_options(*credit);
    CLI::Option* party = credit->add_option("--party", input->party, "Whose, for the operator");
    credit->add_option("--limit", input->limit, "For instance 50000")->needs(party);
    credit->add_option("--currency", input->currency, "ISO 4217 code of the limit")
        ->capture_default_str();
    on_call(*credit, session, [input](Session& open) { return show_or_set(open, *input); });
}

}  // namespace penstock::client
