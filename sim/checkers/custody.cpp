#include <map>
#include <set>
#include <utility>

#include "penstock/v1/custody.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// The bank's word and the books agree: a statement goes on where the last one ended and holds what
/// it says; after it the mirror of the account, summed up from transfers, is its closing balance
/// and what is in transit; no entry of the bank settles two payments; money leaves only when two
/// persons have seen it, and once.
class CustodyChecker final : public Checker {
  public:
    std::string_view name() const override { return "custody"; }

    void on_command(const Record& record) override {
        std::int64_t booked = 0;  // By the entries of this command's statement.
        for (const v1::Event& event : record.events) {
            if (event.has_transfer_posted()) post(event.transfer_posted());
            if (event.has_top_up_changed()) credit(event.top_up_changed());
            if (event.has_withdrawal_changed()) pay(event.withdrawal_changed());
            if (event.has_bank_entry_changed()) {
                const v1::BankEntryChanged& entry = event.bank_entry_changed();
                if (!entry.identity().empty()) {
                    booked += entry.amount_micros();
                    check(identities_.insert(entry.identity()).second, entry.id(),
                          "an entry of the bank is booked twice");
                }
            }
            if (event.has_statement_imported()) prove(event.statement_imported(), booked);
        }
    }

  private:
    void post(const v1::Transfer& transfer) {
        sums_[transfer.debit_account()] += transfer.amount().micros();
        sums_[transfer.credit_account()] -= transfer.amount().micros();
    }
    void credit(const v1::TopUp& top_up) {
        if (!top_up.confirmed()) return;
        check(settled_.insert(top_up.id()).second, top_up.id(), "is credited twice");
        use(top_up.bank_reference(), top_up.id());
    }
    void pay(const v1::Withdrawal& withdrawal) {
        if (withdrawal.state() != v1::WITHDRAWAL_PAID) return;
        check(settled_.insert(withdrawal.id()).second, withdrawal.id(), "is paid twice");
        check(!withdrawal.approved_by().empty() && !withdrawal.decided_by().empty(),
              withdrawal.id(), "is paid without two officers");
        if (!withdrawal.bank_reference().empty()) use(withdrawal.bank_reference(), withdrawal.id());
    }
    void use(const std::string& reference, const std::string& subject) {
        check(references_.insert(reference).second, subject,
              "is settled by an entry that settled something else");
    }
    void prove(const v1::StatementImported& statement, std::int64_t booked) {
        const bool is_first = std::exchange(is_first_, false);
        check(is_first || statement.opening_micros() == closing_, statement.id(),
              "does not begin where the last one ended");
        const std::int64_t opening = is_first ? 0 : statement.opening_micros();
        check(opening + booked == statement.closing_micros(), statement.id(),
              "its entries do not make its closing balance");
        const std::int64_t mirror = sums_[statement.account()];
        check(mirror == statement.ledger_micros(), statement.id(),
              "the mirror is not the sum of its transfers");
        check(mirror == statement.closing_micros() + statement.in_transit_micros(), statement.id(),
              "the ledger is not statements and items in transit");
        closing_ = statement.closing_micros();
    }

    std::map<std::string, std::int64_t> sums_;  ///< Debits less credits, by account.
    std::set<std::string> settled_;
    std::set<std::string> references_;
    std::set<std::string> identities_;
    bool is_first_ = true;
    std::int64_t closing_ = 0;
};

}  // namespace

std::unique_ptr<Checker> custody_checker() {
    return std::make_unique<CustodyChecker>();
}

}  // namespace penstock::sim
