#include "advise/bank/import_request.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "advise/bank/error.h"
#include "advise/bank/match.h"
#include "advise/bank/reference_text.h"
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

/// What instructions' references begin with (core/custody/sub_accounts.cpp).
constexpr std::string_view kInstructionPrefix = "PSK-MOVE";

struct NamedInstruction {
    std::string reference;  ///< Empty when none is named.
    bool is_doubtful = false;
};

NamedInstruction instruction_in(std::string_view text) {
    constexpr std::size_t kDigitsMax = 20;
    const ReferenceText ready = reference_text(text);
    const std::string& letters = ready.letters;
    const std::size_t begin = letters.find(kInstructionPrefix);
    if (begin == letters.npos) return {};
    const std::size_t prefix_end = begin + kInstructionPrefix.size();
    const std::size_t first =
        prefix_end + (prefix_end < letters.size() && letters[prefix_end] == '-');
    const auto goes_on = [&](std::size_t at) {
        return at < letters.size() && at - first < kDigitsMax && letters[at] >= '0' &&
               letters[at] <= '9' && (at == first || !ready.blank_before[at]);
    };
    std::size_t end = first;
    while (goes_on(end)) ++end;
    // Blanks may have broken its number, and hyphens may be lost.
    const bool is_clear = ready.is_boundary(begin) && first > prefix_end && end > first &&
                          ready.is_boundary(end) && ready.end_of_number(end) == end;
    return {std::string(kInstructionPrefix) + "-" + letters.substr(first, end - first), !is_clear};
}

/// The transfer instruction that an entry names, though none such is announced: it may have ended,
/// and what stands under it is no new money. Nothing but a number is taken from the text.
NamedInstruction instruction_in(const v1::BankEntry& entry) {
    const NamedInstruction carried = instruction_in(entry.end_to_end_reference());
    return carried.reference.empty() ? instruction_in(entry.purpose()) : carried;
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
        if (names_one(match)) {
            out.set_reference(match.references(0));
            continue;
        }
        out.set_proposal(match.kind());
        const NamedInstruction named = instruction_in(entry);
        out.set_reference(named.reference);
        if (named.is_doubtful && match.kind() != v1::BANK_MATCH_REVERSAL)
            out.set_proposal(v1::BANK_MATCH_SEVERAL_CANDIDATES);
    }
    return request;
}

}  // namespace penstock::advise
