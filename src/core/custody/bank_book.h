#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/id_table.h"
#include "base/money.h"
#include "core/custody/types.h"

namespace penstock::custody {

inline constexpr std::size_t kStatementEntriesMax = 5'000;

/// Why an entry of the bank is not explained yet. Numbered as v1::BankMatchKind.
enum class Reason : std::uint8_t {
    amount_differs = 3,
    reference_unknown = 6,
    reference_missing = 7,
    reference_used = 8,
    several_candidates = 9,
    reversal = 10,
    second_officer_needed = 11,  ///< Who brought the statement has approved the withdrawal.
    opening = 12,                ///< What stood on the account before the first statement.
    sub_account_unknown = 13,    ///< It stands on a sub-account that nobody has.
    sub_account_differs = 14,    ///< What it names belongs on another sub-account.
};
/// Whether an adviser may say so of an entry.
constexpr bool is_proposal(int number) {
    return number == 3 || (number >= 6 && number <= 10);
}

/// One entry of a bank's statement, without what is personal.
struct Entry {
    std::string identity;
    std::string day;
    Money amount;                ///< Above zero what came in, below what went out.
    std::string bank_reference;  ///< May be empty.
    std::string reference;       ///< The announced payment that it names; empty for none.
    Reason reason = Reason::reference_missing;  ///< What the adviser says when it names none.
    std::string sub_account{};  ///< Empty: the exchange's own, or the bank has none.
};

struct Statement {
    std::string account;
    std::string first_day;
    std::string last_day;
    Money opening;
    Money closing;
    std::vector<Entry> entries;
};

/// A payment that the ledger has booked and no statement has shown.
struct Transit {
    TransferId transfer;
    Money amount;     ///< Above zero into the bank.
    PartyId party{};  ///< Whose money it is.

    template <class Archive>
    void visit(Archive& archive) {
        archive(transfer, amount, party);
    }
};

/// An entry that waits for somebody to explain it, on the suspense account if it is booked.
struct Unexplained {
    StatementId statement;
    std::string day;
    Money amount;
    Money remaining;  ///< Of the same sign, never zero.
    Reason reason = Reason::reference_missing;
    std::string reference;
    std::string bank_reference;
    /// False where the books had no room: what they promise to pay out took all that there was.
    bool is_booked = true;
    std::string sub_account{};  ///< On which it stands.

    template <class Archive>
    void visit(Archive& archive) {
        archive(statement, day, amount, remaining, reason, reference, bank_reference, is_booked,
                sub_account);
    }
};

/// 1 to 40 letters, digits or hyphens.
bool is_account_number(std::string_view text);

/// What the bank has said of the exchange's account, statement by statement, and what books and
/// bank do not both know yet.
///
/// Every entry for which the books have room is booked when its statement comes: on what it
/// settles, or on suspense. So the ledger's mirror of the bank is always the last closing balance
/// and what is in transit.
class BankBook {
  public:
    /// @retval kCustodyInvalid, kBankAccountFixed (field "bank_account")
    Result<void> check_account(std::string_view account) const;
    void set_account(std::string account) { account_ = std::move(account); }
    const std::string& account() const { return account_; }

    /// Whether the statement holds what it says, and is the next of its account.
    /// @retval kBankAccountNotSet, kStatementOfAnotherAccount, kStatementTooLong,
    ///         kStatementInvalid, kBankEntryRepeated, kStatementSumWrong, kStatementRepeated,
    ///         kStatementNotNext  With the field.
    Result<void> check(const Statement& statement) const;
    /// Moves on to the end of the statement. After check().
    StatementId take(const Statement& statement);

    void note_transit(std::string bank_reference, Transit transit);
    /// Null when no such payment is in transit.
    const Transit* find_transit(const std::string& bank_reference) const;
    /// The bank has shown it.
    void settle(const std::string& bank_reference) { transit_.erase(bank_reference); }

    BankEntryId next_entry() const { return unexplained_.next_id(); }
    /// The number of an entry that needs no explanation.
    BankEntryId count_entry() { return unexplained_.skip(); }
    BankEntryId queue(Unexplained entry) { return unexplained_.add(std::move(entry)).first; }
    /// Null when there is none, or it is explained.
    const Unexplained* find(BankEntryId id) const { return unexplained_.find(id); }
    /// Its money is on suspense now.
    void set_booked(BankEntryId id) { unexplained_.at(id).is_booked = true; }
    /// Explains a part of what remains; the entry goes with the last one.
    void explain(BankEntryId id, Money part);

    bool has_statement() const { return !last_day_.empty(); }
    const std::string& last_day() const { return last_day_; }
    Money closing() const { return closing_; }
    const std::map<std::string, Transit>& transit() const { return transit_; }
    const IdTable<BankEntryId, Unexplained>& unexplained() const { return unexplained_; }
    /// What only the ledger has booked, less what only the bank has: entries that are not booked.
    Money in_transit() const;
    /// How many entries all statements have brought.
    std::size_t known() const { return known_.size(); }

    template <class Archive>
    void visit(Archive& archive) {
        archive(account_, last_day_, closing_, statements_, known_, transit_, unexplained_);
    }

  private:
    std::string account_;
    std::string last_day_;
    Money closing_;
    std::uint64_t statements_ = 0;
    std::set<std::string> known_;  ///< Identities of all entries.
    std::map<std::string, Transit> transit_;
    IdTable<BankEntryId, Unexplained> unexplained_;
};

}  // namespace penstock::custody
