#include "advise/bank/reconcile.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/money.h"

namespace penstock::advise {

namespace {

__extension__ typedef __int128 Wide;  // Of many items, each within the type.

using Items = std::map<std::string, v1::ItemInTransit>;

Items items_of(const google::protobuf::RepeatedPtrField<v1::ItemInTransit>& list) {
    Items items;
    for (const v1::ItemInTransit& item : list) items.emplace(item.id(), item);
    return items;
}

class Reconciler {
  public:
    Reconciler(const v1::ReconciledPosition& before, const v1::BankStatement& statement,
               const LedgerSide& ledger)
        : before_(before),
          statement_(statement),
          ledger_(ledger),
          only_ledger_(items_of(before.only_ledger())),
          only_bank_(items_of(before.only_bank())) {}

    v1::Reconciliation reconcile() {
        check_continuity();
        add_entries();
        add_postings();
        settle();
        if (result_.breaks().empty()) check_position();
        if (result_.breaks().empty()) conclude();
        return std::move(result_);
    }

  private:
    void add_break(std::string_view reason, const std::string& subject = {},
                   std::int64_t difference = 0) {
        v1::ReconciliationBreak& found = *result_.add_breaks();
        found.set_reason(std::string(reason));
        found.set_subject(subject);
        found.set_difference_micros(difference);
    }

    void check_continuity() {
        if (statement_.account() != before_.account() ||
            statement_.currency() != before_.currency()) {
            add_break("ACCOUNT_DIFFERS");
        }
        if (!before_.last_day().empty() && statement_.first_day() <= before_.last_day()) {
            add_break("DAYS_OVERLAP");
        }
        if (!statement_.has_opening_micros() || !statement_.has_closing_micros()) {
            add_break("BALANCE_UNKNOWN");
        } else if (statement_.opening_micros() != before_.closing_micros()) {
            add_break("OPENING_DIFFERS", {},
                      statement_.opening_micros() - before_.closing_micros());
        }
    }

    /// Adds to a sum, and tells of amounts that no reader lets through.
    void add(std::int64_t& sum, std::int64_t amount, const std::string& subject) {
        const std::int64_t limit = kMoneyMax.micros;
        if (amount > limit || amount < -limit || sum + amount > limit || sum + amount < -limit) {
            return add_break("AMOUNT_TOO_LARGE", subject);
        }
        sum += amount;
    }

    /// Every entry is only the bank's until a posting claims it.
    void add_entries() {
        std::int64_t sum = 0;
        add(sum, statement_.opening_micros(), {});
        for (const v1::BankEntry& entry : statement_.entries()) {
            add(sum, entry.amount_micros(), entry.identity());
            v1::ItemInTransit item;
            item.set_id(entry.identity());
            item.set_amount_micros(entry.amount_micros());
            item.set_since(statement_.last_day());
            if (!only_bank_.emplace(entry.identity(), std::move(item)).second) {
                add_break("ENTRY_TWICE", entry.identity());
            }
        }
        if (statement_.has_closing_micros() && sum != statement_.closing_micros()) {
            add_break("CLOSING_DIFFERS", {}, statement_.closing_micros() - sum);
        }
    }

    /// Every posting is only the ledger's until its entry is found.
    void add_postings() {
        std::int64_t sum = 0;
        add(sum, before_.ledger_micros(), {});
        for (const v1::BankPosting& posting : ledger_.postings) {
            add(sum, posting.amount_micros(), posting.transfer());
            v1::ItemInTransit item;
            item.set_id(posting.transfer());
            item.set_amount_micros(posting.amount_micros());
            item.set_since(statement_.last_day());
            if (!only_ledger_.emplace(posting.transfer(), std::move(item)).second) {
                add_break("TRANSFER_TWICE", posting.transfer());
            }
        }
        if (sum != ledger_.balance_micros) {
            add_break("LEDGER_DIFFERS", {}, ledger_.balance_micros - sum);
        }
    }

    void settle() {
        for (const v1::BankPosting& posting : ledger_.settled) claim(posting);
        for (const v1::BankPosting& posting : ledger_.postings) {
            if (!posting.entry().empty()) claim(posting);
        }
    }

    /// Pairs a transfer with the entry that it says the bank has for it.
    void claim(const v1::BankPosting& posting) {
        if (claimed_.contains(posting.entry())) {
            return add_break("ENTRY_CLAIMED_TWICE", posting.transfer());
        }
        const auto transfer = only_ledger_.find(posting.transfer());
        if (transfer == only_ledger_.end())
            return add_break("TRANSFER_UNKNOWN", posting.transfer());
        const auto entry = only_bank_.find(posting.entry());
        if (entry == only_bank_.end()) return add_break("ENTRY_UNKNOWN", posting.transfer());
        // What settles must be what was brought up, and what the bank has.
        const std::int64_t booked = transfer->second.amount_micros();
        const std::int64_t difference = booked == posting.amount_micros()
                                            ? entry->second.amount_micros() - booked
                                            : posting.amount_micros() - booked;
        if (difference != 0) return add_break("AMOUNT_DIFFERS", posting.transfer(), difference);
        claimed_.insert(posting.entry());
        only_ledger_.erase(transfer);
        only_bank_.erase(entry);
    }

    /// Follows from all that was checked before; a position that was altered since shows here.
    void check_position() {
        Wide expected = ledger_.balance_micros;
        for (const auto& [id, item] : only_ledger_) expected -= item.amount_micros();
        for (const auto& [id, item] : only_bank_) expected += item.amount_micros();
        if (expected != statement_.closing_micros()) add_break("POSITION_DIFFERS");
    }

    void conclude() {
        result_.set_proved(true);
        v1::ReconciledPosition& after = *result_.mutable_position();
        after.set_account(statement_.account());
        after.set_currency(statement_.currency());
        after.set_last_day(statement_.last_day());
        after.set_closing_micros(statement_.closing_micros());
        after.set_ledger_micros(ledger_.balance_micros);
        for (auto& [id, item] : only_ledger_) *after.add_only_ledger() = std::move(item);
        for (auto& [id, item] : only_bank_) *after.add_only_bank() = std::move(item);
    }

    const v1::ReconciledPosition& before_;
    const v1::BankStatement& statement_;
    const LedgerSide& ledger_;
    Items only_ledger_;
    Items only_bank_;
    std::set<std::string> claimed_;
    v1::Reconciliation result_;
};

}  // namespace

v1::Reconciliation reconcile(const v1::ReconciledPosition& before,
                             const v1::BankStatement& statement, const LedgerSide& ledger) {
    return Reconciler(before, statement, ledger).reconcile();
}

}  // namespace penstock::advise
