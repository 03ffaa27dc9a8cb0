#include "core/custody/bank_book.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "core/custody/error.h"

namespace penstock::custody {
namespace {

constexpr std::size_t kAccountMax = 40;
constexpr std::size_t kReferenceMax = 64;

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
/// "2026-11-21"; days of no calendar do no harm.
bool is_day(std::string_view text) {
    if (text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool fits = i == 4 || i == 7 ? text[i] == '-' : is_digit(text[i]);
        if (!fits) return false;
    }
    return true;
}
bool is_printable(std::string_view text) {
    return text.size() <= kReferenceMax &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}
bool is_balance(Money amount) {
    return amount >= Money{} && amount <= kMoneyMax;
}

std::unexpected<Error> wrong_entry(const Rejection& rejection, std::size_t index,
                                   std::string_view field) {
    return std::unexpected(
        Error(rejection, field).within("entries[" + std::to_string(index) + "]"));
}

Result<void> check_entry(const Statement& statement, std::size_t index) {
    const Entry& entry = statement.entries[index];
    const auto wrong = [&](std::string_view field) {
        return wrong_entry(kStatementInvalid, index, field);
    };
    if (entry.identity.empty() || !is_printable(entry.identity)) return wrong("identity");
    if (!is_day(entry.day) || entry.day < statement.first_day || entry.day > statement.last_day)
        return wrong("booking_day");
    if (entry.amount == Money{} || entry.amount > kMoneyMax || entry.amount < -kMoneyMax)
        return wrong("amount_micros");
    if (!is_printable(entry.bank_reference)) return wrong("bank_reference");
    if (!is_printable(entry.reference)) return wrong("reference");
    if (!entry.sub_account.empty() && !is_account_number(entry.sub_account))
        return wrong("sub_account");
    return {};
}

}  // namespace

bool is_account_number(std::string_view text) {
    return !text.empty() && text.size() <= kAccountMax && std::ranges::all_of(text, [](char c) {
        return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
    });
}

Result<void> BankBook::check_account(std::string_view account) const {
    if (!is_account_number(account)) return reject(kCustodyInvalid, "bank_account");
    if (has_statement() && account != account_) return reject(kBankAccountFixed, "bank_account");
    return {};
}

Result<void> BankBook::check(const Statement& statement) const {
    if (account_.empty()) return reject(kBankAccountNotSet, "account");
    if (statement.account != account_) return reject(kStatementOfAnotherAccount, "account");
    if (statement.entries.size() > kStatementEntriesMax)
        return reject(kStatementTooLong, "entries");
    if (!is_day(statement.first_day)) return reject(kStatementInvalid, "first_day");
    if (!is_day(statement.last_day) || statement.last_day < statement.first_day)
        return reject(kStatementInvalid, "last_day");
    if (!is_balance(statement.opening)) return reject(kStatementInvalid, "opening_micros");
    if (!is_balance(statement.closing)) return reject(kStatementInvalid, "closing_micros");
    // Days that came before may come again with what they have brought since: banks write one day
    // into several files, and give files of a month before it is over.
    const bool overlaps = has_statement() && statement.first_day <= last_day_;
    const auto repeated = [] { return reject(kStatementRepeated, "first_day"); };
    if (overlaps && (statement.opening != closing_ || statement.entries.empty())) return repeated();
    std::set<std::string_view> here;
    Money sum = statement.opening;
    for (std::size_t i = 0; i < statement.entries.size(); ++i) {
        TRY(check_entry(statement, i));
        const Entry& entry = statement.entries[i];
        const bool is_known = known_.contains(entry.identity);
        if (is_known && overlaps) return repeated();
        if (is_known || !here.insert(entry.identity).second)
            return wrong_entry(kBankEntryRepeated, i, "identity");
        sum += entry.amount;
        // So that no sum can overflow; and no account here is ever overdrawn.
        if (!is_balance(sum)) return wrong_entry(kStatementSumWrong, i, "amount_micros");
    }
    if (sum != statement.closing) return reject(kStatementSumWrong, "closing_micros");
    if (has_statement() && statement.opening != closing_)
        return reject(kStatementNotNext, "opening_micros");
    return {};
}

StatementId BankBook::take(const Statement& statement) {
    for (const Entry& entry : statement.entries) known_.insert(entry.identity);
    last_day_ = std::max(last_day_, statement.last_day);
    closing_ = statement.closing;
    return StatementId{++statements_};
}

void BankBook::note_transit(std::string bank_reference, Transit transit) {
    const bool is_new = transit_.emplace(std::move(bank_reference), transit).second;
    PENSTOCK_ASSERT(is_new);
}

const Transit* BankBook::find_transit(const std::string& bank_reference) const {
    const auto found = transit_.find(bank_reference);
    return found == transit_.end() ? nullptr : &found->second;
}

void BankBook::explain(BankEntryId id, Money part) {
    Unexplained& entry = unexplained_.at(id);
    entry.remaining -= part;
    if (entry.remaining == Money{}) unexplained_.erase(id);
}

Money BankBook::in_transit() const {
    Money sum;
    for (const auto& [reference, transit] : transit_) sum += transit.amount;
    unexplained_.for_each([&sum](BankEntryId, const Unexplained& entry) {
        if (!entry.is_booked) sum -= entry.remaining;
    });
    return sum;
}

}  // namespace penstock::custody
