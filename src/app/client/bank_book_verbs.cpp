#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "advise/bank/import_request.h"
#include "app/client/bank_input.h"
#include "app/client/error.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/custody.pb.h"

namespace penstock::client {

namespace {

struct BookInput {
    BankInput bank;
    std::string account;
    std::uint32_t officers = 0;
    std::string mode;
    std::string day;
    v1::ResolveEntryRequest resolve;
    bool is_operators = false;
};

RemoteResult<v1::ImportStatementResponse> import_one(Session& session,
                                                     const v1::BankStatement& statement) {
    std::vector<v1::AnnouncedPayment> payments;
    TRY((for_each_page<v1::ListAnnouncedPaymentsResponse>(
        session, "CustodyService/ListAnnouncedPayments", v1::ListAnnouncedPaymentsRequest(),
        [&](const v1::ListAnnouncedPaymentsResponse& page) {
            payments.insert(payments.end(), page.payments().begin(), page.payments().end());
        })));
    const auto request = advise::import_request(statement, payments);
    if (!request) return refuse(request.error());
    return session.call<v1::ImportStatementResponse>("CustodyService/ImportStatement", *request);
}

/// A file of several statements may have come in part before: those are passed over, so that the
/// others still can come.
RemoteResult<void> import_file(Session& session, const BookInput& input) {
    const auto statements = read_statements(input.bank);
    if (!statements) return refuse(statements.error());
    int left = statements->statements_size();
    bool came_before = false;
    for (const v1::BankStatement& statement : statements->statements()) {
        --left;
        const std::string days = statement.first_day() + " to " + statement.last_day();
        const auto response = import_one(session, statement);
        came_before = !response && response.error().reason == "STATEMENT_REPEATED";
        if (!response && !(came_before && left > 0)) return std::unexpected(response.error());
        if (session.output() == Output::machines) {
            if (response) print_json(*response);
        } else if (came_before) {
            fmt::print("{}: was imported before\n", days);
        } else if (response->awaits_second_officer()) {
            fmt::print("{}: waits for another officer to import the same file\n", days);
        } else {
            fmt::print("{}  {}: {} settled, {} to explain\n", response->statement(), days,
                       response->settled(), response->unexplained());
        }
        // The next one goes on where this one ends.
        if (response && response->awaits_second_officer()) {
            if (left > 0 && session.output() == Output::people)
                fmt::print("The file has {} after it: import it again then.\n",
                           count_text(static_cast<std::uint64_t>(left), "statement"));
            return {};
        }
    }
    return {};
}

RemoteResult<void> list_unmatched(Session& session) {
    Table table({{"ENTRY"},
                 {"DAY"},
                 {"AMOUNT", Table::Align::right},
                 {"TO EXPLAIN", Table::Align::right},
                 {"WHY"},
                 {"BOOKED"},
                 {"REFERENCE"},
                 {"BANK REFERENCE"}});
    TRY((for_each_page<v1::ListUnmatchedResponse>(
        session, "CustodyService/ListUnmatched", v1::ListUnmatchedRequest(),
        [&](const v1::ListUnmatchedResponse& page) {
            if (session.output() == Output::machines) print_json(page);
            for (const v1::UnmatchedEntry& entry : page.entries())
                table.add({entry.entry(), entry.booking_day(),
                           money_text(entry.amount_micros(), ""),
                           money_text(entry.remaining_micros(), ""),
                           enum_text(entry.reason(), "BANK_MATCH_"),
                           entry.not_booked() ? "no room" : "on suspense", entry.reference(),
                           entry.bank_reference()});
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> resolve(Session& session, const BookInput& input) {
    v1::ResolveEntryRequest request = input.resolve;
    int said = 0;
    const auto say = [&](bool given, v1::EntryResolution resolution) {
        if (!given) return;
        ++said;
        request.set_resolution(resolution);
    };
    say(!request.party().empty(), v1::ENTRY_CREDITS_PARTY);
    say(!request.withdrawal().empty(), v1::ENTRY_PAYS_WITHDRAWAL);
    say(!request.bank_reference().empty(), v1::ENTRY_IN_TRANSIT);
    say(!request.other_entry().empty(), v1::ENTRY_OFFSETS);
    say(input.is_operators, v1::ENTRY_IS_OPERATORS);
    say(!request.instruction().empty(), v1::ENTRY_MOVES);
    if (said != 1)
        return refuse(kUsage, "entry",
                      "Say what it is, one of: --party, --withdrawal, --in-transit, --offsets, "
                      "--operator, --instruction.");
    TRY_ASSIGN(const auto response,
               session.call<v1::ResolveEntryResponse>("CustodyService/ResolveEntry", request));
    if (session.output() == Output::machines)
        print_json(response);
    else if (response.awaits_second_officer())
        fmt::print("{} waits for another officer to say the same\n", request.entry());
    else if (response.remaining_micros() != 0)
        fmt::print("{}: {} is left to explain\n", request.entry(),
                   money_text(response.remaining_micros(), ""));
    else
        fmt::print("{} is explained\n", request.entry());
    return {};
}

RemoteResult<void> reconcile(Session& session, const BookInput& input) {
    v1::GetReconciliationRequest request;
    request.set_day(input.day);
    TRY_ASSIGN(const auto found,
               session.call<v1::DayReconciliation>("CustodyService/GetReconciliation", request));
    if (session.output() == Output::machines) {
        print_json(found);
    } else {
        const auto line = [](const char* what, std::int64_t micros) {
            fmt::print("{:<18}{:>20}\n", what, money_text(micros, ""));
        };
        fmt::print("after {}, of {}\n", found.statement(), found.last_day());
        line("statements", found.statements_micros());
        for (const v1::ItemInTransit& item : found.in_transit())
            line(("  " + item.id()).c_str(), item.amount_micros());
        line("in transit", found.in_transit_micros());
        line("ledger", found.ledger_micros());
        line("of it on suspense", found.suspense_micros());
        line("difference", found.difference_micros());
        fmt::print("{}\n", found.proved() ? "ledger = statements + items in transit"
                                          : "NOT PROVED: the sums do not agree");
    }
    if (!found.proved()) return refuse(kNotTotal);
    return {};
}

RemoteResult<void> set_account(Session& session, const BookInput& input) {
    TRY_ASSIGN(const auto now,
               session.call<v1::Custody>("CustodyService/GetCustody", v1::GetCustodyRequest()));
    v1::SetCustodyRequest request;
    v1::Custody& custody = *request.mutable_custody();
    custody = now;
    if (!input.account.empty()) custody.set_bank_account(input.account);
    if (input.officers > 0) custody.set_officers(input.officers);
    if (!input.mode.empty())
        custody.set_mode(input.mode == "prepaid" ? v1::CUSTODY_PREPAID : v1::CUSTODY_SUB_ACCOUNTS);
    v1::SetCustodyResponse response;
    if (!input.account.empty() || input.officers > 0 || !input.mode.empty()) {
        TRY_ASSIGN(response,
                   session.call<v1::SetCustodyResponse>("CustodyService/SetCustody", request));
    }
    if (session.output() == Output::machines) {
        print_json(custody);
        return {};
    }
    fmt::print("account   {}\nofficers  {}\nmode      {}\n",
               custody.bank_account().empty() ? "-" : custody.bank_account(), custody.officers(),
               enum_text(custody.mode(), "CUSTODY_"));
    if (response.awaits_second_officer())
        fmt::print("This waits for another officer to say the same.\n");
    return {};
}

}  // namespace

void add_bank_book_verbs(CLI::App& bank) {
    const auto input = std::make_shared<BookInput>();
    CLI::App* account = add_verb(
        bank, "account", "Shows or names the exchange's bank account, and who credits money", input,
        set_account);
    account->add_option("account", input->account, "The bank's number of it");
    account
        ->add_option("--mode", input->mode,
                     "How money is kept: prepaid on the one account, or on sub-accounts")
        ->check(CLI::IsMember({"prepaid", "sub-accounts"}));
    account->add_option("--officers", input->officers, "How many must agree on a credit: 1 or 2");

    CLI::App* importer =
        add_verb(bank, "import", "Books a bank statement (operator)", input, import_file);
    importer->add_option("--profile", input->bank.profile,
                         "How the CSV is written: " + profile_names() + ", or a file");
    importer->add_option("file", input->bank.file, "CSV, or camt.053 XML")->required();

    add_verb(bank, "unmatched", "Lists bank entries that nobody has explained (operator)", input,
             [](Session& open, const BookInput&) { return list_unmatched(open); });

    CLI::App* resolver = add_verb(
        bank, "resolve", "Explains a bank entry; two officers say the same", input, resolve);
    v1::ResolveEntryRequest& request = input->resolve;
    resolver->add_option("entry", *request.mutable_entry(), "bent_…")->required();
    resolver->add_option("--party", *request.mutable_party(), "Whose money it is");
    resolver->add_option("--withdrawal", *request.mutable_withdrawal(), "Which one it paid");
    resolver->add_option("--in-transit", *request.mutable_bank_reference(),
                         "The bank reference under which the books have it");
    resolver->add_option("--offsets", *request.mutable_other_entry(),
                         "The entry that it takes back");
    resolver->add_flag("--operator", input->is_operators,
                       "The operator's own: charges, interest, capital");

    resolver->add_option("--instruction", *request.mutable_instruction(),
                         "The transfer instruction of which it is one side");

    CLI::App* reconciler =
        add_verb(bank, "reconcile", "Proves that ledger = statements + items in transit (operator)",
                 input, reconcile);
    reconciler->add_option("day", input->day, "Such as 2026-11-21")->required();
    add_sub_account_verbs(bank);
}

}  // namespace penstock::client
