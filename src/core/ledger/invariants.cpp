#include "core/ledger/invariants.h"

#include <map>
#include <utility>

#include "base/wide.h"

namespace penstock::ledger {
namespace {

/// Sums over every account that can exist.
struct Totals {
    Wide debits_pending = 0;
    Wide debits_posted = 0;
    Wide credits_pending = 0;
    Wide credits_posted = 0;

    void add(const Account& account) {
        debits_pending += account.debits_pending.micros;
        debits_posted += account.debits_posted.micros;
        credits_pending += account.credits_pending.micros;
        credits_posted += account.credits_posted.micros;
    }
};

/// What the open holds come to on an account.
struct Pending {
    Wide debits = 0;
    Wide credits = 0;
    bool is_closed = false;
};

class Report {
  public:
    /// @param rule  What should be true of `subject`.
    void expect(bool holds, const std::string& subject, const char* rule) {
        if (!holds) broken_.push_back("ledger: " + subject + ": " + rule);
    }
    std::vector<std::string> take() && { return std::move(broken_); }

  private:
    std::vector<std::string> broken_;
};

bool is_total(Money amount, Money most) {
    return amount >= Money{} && amount <= most;
}

void check_account(Report& report, const std::string& name, const Account& account) {
    const Money most = debits_max(account.kind);
    report.expect(is_total(account.debits_pending, most) && is_total(account.debits_posted, most) &&
                      is_total(account.credits_pending, kCreditsMax) &&
                      is_total(account.credits_posted, kCreditsMax),
                  name, "every total is between zero and the largest that it may be");
    const AccountFlags& flags = account.flags;
    report.expect(!flags.debits_must_not_exceed_credits ||
                      Wide{account.debits_pending.micros} + account.debits_posted.micros <=
                          account.credits_posted.micros,
                  name, "debits do not exceed credits");
    report.expect(!flags.credits_must_not_exceed_debits ||
                      Wide{account.credits_pending.micros} + account.credits_posted.micros <=
                          account.debits_posted.micros,
                  name, "credits do not exceed debits");
}

}  // namespace

std::vector<std::string> broken_invariants(const Ledger& ledger) {
    Report report;
    std::map<AccountId, Pending> pending;
    ledger.held().for_each([&](TransferId hold, const HeldTransfer& held) {
        report.expect(held.amount > Money{} || held.closes_debit || held.closes_credit, hold.text(),
                      "a hold is above zero, or closes an account");
        const auto is_closed = [&](AccountId id) {
            const Account* account = ledger.find(id);
            return account != nullptr && account->flags.closed_by_hold;
        };
        report.expect((!held.closes_debit || is_closed(held.debit)) &&
                          (!held.closes_credit || is_closed(held.credit)),
                      hold.text(), "what a hold closes is closed");
        const ChosenIds::Use* use = ledger.find_chosen(held.chosen);
        report.expect(
            use == nullptr || (use->fate == ChosenIds::Fate::done && use->recorded.id == hold),
            hold.text(), "an open hold is what its id was chosen for");
        pending[held.debit].debits += held.amount.micros;
        pending[held.debit].is_closed |= held.closes_debit;
        pending[held.credit].credits += held.amount.micros;
        pending[held.credit].is_closed |= held.closes_credit;
    });

    std::map<Currency, Totals> totals;
    ledger.accounts().for_each([&](AccountId id, const Account& account) {
        totals[account.currency].add(account);
        check_account(report, id.text(), account);
        const Pending& held = pending[id];
        report.expect(held.debits == account.debits_pending.micros &&
                          held.credits == account.credits_pending.micros,
                      id.text(), "what is pending is the sum of the account's holds");
        report.expect(held.is_closed == account.flags.closed_by_hold, id.text(),
                      "what is closed by a hold has one that closes it");
        report.expect(ledger.find(account.kind, account.party, account.currency) == id, id.text(),
                      "an account is found by its kind, party and currency");
    });
    for (const auto& [id, held] : pending) {
        report.expect(ledger.find(id) != nullptr, id.text(), "an account with holds exists");
    }
    for (const auto& [currency, total] : totals) {
        const std::string name(currency.text());
        report.expect(total.debits_posted == total.credits_posted, name,
                      "posted debits equal posted credits");
        report.expect(total.debits_pending == total.credits_pending, name,
                      "pending debits equal pending credits");
    }
    return std::move(report).take();
}

}  // namespace penstock::ledger
