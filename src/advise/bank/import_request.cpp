#include "advise/bank/import_request.h"

#include <algorithm>
#include <string>

#include "advise/bank/error.h"
#include "advise/bank/match.h"
#include "base/try.h"

namespace penstock::advise {
namespace {

/// The core knows entries by numbers of at most 64 printable ASCII characters; others go by their
/// identity alone.
std::string bank_reference_of(const v1::BankEntry& entry) {
    constexpr std::size_t kLongest = 64;
    const std::string& text = entry.bank_reference();
    const bool fits = text.size() <= kLongest &&
                      std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    return fits ? text : std::string();
}

/// The reference for the core to verify, where a match names just one.
bool names_one(const v1::BankMatch& match) {
    return match.references_size() == 1 &&
           (match.kind() == v1::BANK_MATCH_EXACT || match.kind() == v1::BANK_MATCH_AMOUNT_DIFFERS ||
            match.kind() == v1::BANK_MATCH_REFERENCE_USED);
}

}  // namespace

Result<v1::ImportStatementRequest> import_request(const v1::BankStatement& statement,
                                                  std::span<const v1::AnnouncedPayment> payments) {
    if (!statement.has_opening_micros() || !statement.has_closing_micros())
        return reject(kBalancesMissing, "file");
    v1::ImportStatementRequest request;
    request.set_account(statement.account());
    request.set_currency(statement.currency());
    request.set_first_day(statement.first_day());
    request.set_last_day(statement.last_day());
    request.set_opening_micros(statement.opening_micros());
    request.set_closing_micros(statement.closing_micros());
    TRY_ASSIGN(const v1::MatchResult found, match_statement(statement, payments, {}));
    for (int i = 0; i < statement.entries_size(); ++i) {
        const v1::BankEntry& entry = statement.entries(i);
        const v1::BankMatch& match = found.matches(i);
        v1::StatementEntry& out = *request.add_entries();
        out.set_identity(entry.identity());
        out.set_booking_day(entry.booking_day());
        out.set_amount_micros(entry.amount_micros());
        out.set_bank_reference(bank_reference_of(entry));
        out.set_sub_account(entry.sub_account());
        if (names_one(match))
            out.set_reference(match.references(0));
        else
            out.set_proposal(match.kind());
    }
    return request;
}

}  // namespace penstock::advise
