#include <fmt/core.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "app/client/error.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/sub_account.pb.h"

namespace penstock::client {

namespace {

struct SubAccountInput {
    v1::SetSubAccountRequest number;
    v1::FailInstructionRequest failed;
    bool csv = false;
    std::uint64_t batch = 0;
};

RemoteResult<void> set_number(Session& session, const SubAccountInput& input) {
    TRY_ASSIGN(const auto response, session.call<v1::SetSubAccountResponse>(
                                        "SubAccountService/SetSubAccount", input.number));
    if (session.output() == Output::machines)
        print_json(response);
    else if (response.awaits_second_officer())
        fmt::print("This waits for another officer to say the same.\n");
    else
        fmt::print("{} has sub-account {}\n", input.number.party(), input.number.number());
    return {};
}

/// Shows each sub-account against the ledger, and proves that what is to move adds up to nothing
/// over all of them.
RemoteResult<void> list_positions(Session& session) {
    Table table({{"SUB-ACCOUNT"},
                 {"PARTY"},
                 {"LEDGER", Table::Align::right},
                 {"SUSPENSE", Table::Align::right},
                 {"BANK", Table::Align::right},
                 {"IN TRANSIT", Table::Align::right},
                 {"UNDER WAY", Table::Align::right},
                 {"TO MOVE", Table::Align::right}});
    bool is_proved = true;
    TRY((for_each_page<v1::ListSubAccountsResponse>(
        session, "SubAccountService/ListSubAccounts", v1::ListSubAccountsRequest(),
        [&](const v1::ListSubAccountsResponse& page) {
            if (session.output() == Output::machines) print_json(page);
            // The books may change between two pages; each page tells of all sub-accounts at once.
            is_proved &= page.to_move_micros() == 0;
            for (const v1::SubAccountPosition& found : page.positions())
                table.add(
                    {found.number().empty() ? "-" : found.number(), found.party(),
                     money_text(found.ledger_micros(), ""), money_text(found.suspense_micros(), ""),
                     money_text(found.bank_micros(), ""), money_text(found.in_transit_micros(), ""),
                     money_text(found.under_way_micros(), ""),
                     money_text(found.to_move_micros(), "")});
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    if (!is_proved)
        return refuse(kNotTotal, "sub-accounts", "What is to move does not add up to nothing.");
    return {};
}

RemoteResult<void> issue(Session& session) {
    TRY_ASSIGN(const auto response,
               session.call<v1::IssueInstructionsResponse>("SubAccountService/IssueInstructions",
                                                           v1::IssueInstructionsRequest()));
    if (session.output() == Output::machines)
        print_json(response);
    else if (response.count() == 0)
        fmt::print("The bank has nothing to move.\n");
    else
        fmt::print("batch {}: {}; for the bank: penstock bank instructions --csv --batch {}\n",
                   response.batch(), count_text(response.count(), "instruction"), response.batch());
    return {};
}

/// Every field is a word or a number, so that none needs quotes.
std::string csv_line(const v1::TransferInstruction& instruction) {
    const bool enters = instruction.amount_micros() > 0;
    const std::string& number = instruction.sub_account();
    return fmt::format(
        "{},{},{},{},{},{}\n", instruction.batch(), instruction.reference(),
        enters ? std::string() : number, enters ? number : std::string(),
        money_text(enters ? instruction.amount_micros() : -instruction.amount_micros(), ""),
        instruction.party());
}

/// All that are under way.
RemoteResult<void> list_instructions(Session& session) {
    Table table({{"INSTRUCTION"},
                 {"BATCH", Table::Align::right},
                 {"SUB-ACCOUNT"},
                 {"PARTY"},
                 {"INTO IT", Table::Align::right},
                 {"REFERENCE"},
                 {"SHOWN"}});
    TRY((for_each_page<v1::ListInstructionsResponse>(
        session, "SubAccountService/ListInstructions", v1::ListInstructionsRequest(),
        [&](const v1::ListInstructionsResponse& page) {
            if (session.output() == Output::machines) print_json(page);
            for (const v1::TransferInstruction& found : page.instructions()) {
                table.add({found.id(), std::to_string(found.batch()), found.sub_account(),
                           found.party(), money_text(found.amount_micros(), ""), found.reference(),
                           found.shown()       ? "its own side"
                           : found.own_shown() ? "the exchange's side"
                                               : ""});
            }
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

/// What the bank is to do: one batch, lest what it was given before be done twice. Tells of others,
/// which may have followed each other at once.
RemoteResult<void> print_batch(Session& session, std::uint64_t batch) {
    std::string lines;
    std::set<std::uint64_t> others;
    TRY((for_each_page<v1::ListInstructionsResponse>(
        session, "SubAccountService/ListInstructions", v1::ListInstructionsRequest(),
        [&](const v1::ListInstructionsResponse& page) {
            if (batch == 0) batch = page.newest_batch();
            for (const v1::TransferInstruction& found : page.instructions()) {
                if (found.shown() || found.own_shown()) continue;
                if (found.batch() == batch)
                    lines += csv_line(found);
                else
                    others.insert(found.batch());
            }
        })));
    fmt::print("batch,reference,from,to,amount,party\n{}", lines);
    for (const std::uint64_t other : others)
        fmt::print(stderr, "Not in it: batch {}, of which statements have not shown all.\n", other);
    return {};
}

RemoteResult<void> fail(Session& session, const SubAccountInput& input) {
    TRY_ASSIGN(const auto response, session.call<v1::FailInstructionResponse>(
                                        "SubAccountService/FailInstruction", input.failed));
    if (session.output() == Output::machines)
        print_json(response);
    else if (response.awaits_second_officer())
        fmt::print("This waits for another officer to say the same.\n");
    else
        fmt::print("{} has failed; its money is to be moved again\n", input.failed.instruction());
    return {};
}

}  // namespace

void add_sub_account_verbs(CLI::App& bank) {
    const auto input = std::make_shared<SubAccountInput>();
    CLI::App* setter = add_verb(
        bank, "sub-account", "Says which sub-account is a party's (operator)", input, set_number);
    setter->add_option("party", *input->number.mutable_party(), "party_…")->required();
    setter->add_option("number", *input->number.mutable_number(), "The bank's number")->required();

    add_verb(bank, "sub-accounts", "Proves each sub-account against the ledger (operator)", input,
             [](Session& open, const SubAccountInput&) { return list_positions(open); });
    add_verb(bank, "issue", "Has the bank move what moved in the ledger (operator)", input,
             [](Session& open, const SubAccountInput&) { return issue(open); });
    CLI::App* lister =
        add_verb(bank, "instructions", "Lists transfer instructions under way (operator)", input,
                 [](Session& open, const SubAccountInput& given) {
                     return given.csv ? print_batch(open, given.batch) : list_instructions(open);
                 });
    lister->add_flag("--csv", input->csv,
                     "For the bank: one batch, the newest unless --batch says which, less what a "
                     "statement has shown; an empty side is the exchange's own");
    lister->add_option("--batch", input->batch, "Which batch --csv prints")
        ->needs("--csv")
        ->check(CLI::PositiveNumber);

    CLI::App* failer =
        add_verb(bank, "fail", "The bank did not do an instruction; two officers", input, fail);
    failer->add_option("instruction", *input->failed.mutable_instruction(), "instr_…")->required();
    failer->add_option("--note", *input->failed.mutable_note(), "Why")->required();
}

}  // namespace penstock::client
