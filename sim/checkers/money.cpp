#include <map>

#include "base/id.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

constexpr std::uint64_t kAskEvery = 4;  // Batches.

/// Money is moved, never made: what the exchange says of its accounts is the sum of the transfers
/// that it told of; both sides are equal; nobody's cash, escrow, guarantee or credit falls below
/// zero, holds counted.
class Money final : public Checker {
  public:
    std::string_view name() const override { return "money"; }

    void on_command(const Record& record) override {
        if (record.command.method() == "InternalService/OpenExchange") learn(record.command);
        for (const v1::Event& event : record.events) {
            if (!event.has_transfer_posted()) continue;
            const v1::Transfer& transfer = event.transfer_posted();
            check(transfer.amount().micros() > 0, transfer.id(), "moves nothing, or backwards");
            check(transfer.debit_account() != transfer.credit_account(), transfer.id(),
                  "moves money to where it was");
            sums_[transfer.debit_account()].debits += transfer.amount().micros();
            sums_[transfer.credit_account()].credits += transfer.amount().micros();
        }
    }

    void on_batch(const exchange::Exchange& replica) override {
        if (++batches_ % kAskEvery != 0 || operator_.id == 0) return;
        const auto reply =
            replica.query("LedgerService/GetTrialBalance", operator_, replica.last_time(), "");
        v1::GetTrialBalanceResponse balance;
        if (!reply || !balance.ParseFromString(*reply))
            return check(false, "trial balance", "not to be had");
        std::int64_t debits = 0;
        std::int64_t credits = 0;
        for (const v1::Account& account : balance.accounts()) {
            debits += account.debits_posted();
            credits += account.credits_posted();
            const Sum& sum = sums_[account.id()];
            check(account.debits_posted() == sum.debits && account.credits_posted() == sum.credits,
                  account.id(), "is not the sum of its transfers");
            if (account.kind() != v1::ACCOUNT_CASH && account.kind() != v1::ACCOUNT_ESCROW &&
                account.kind() != v1::ACCOUNT_GUARANTEE && account.kind() != v1::ACCOUNT_CREDIT &&
                account.kind() != v1::ACCOUNT_COMMITMENT)
                continue;
            check(account.credits_posted() - account.debits_posted() >= account.debits_pending(),
                  account.id(), "is below zero");
        }
        check(debits == credits, "trial balance", "the two sides differ");
        check(debits == balance.debits_posted() && credits == balance.credits_posted() &&
                  balance.difference() == 0,
              "trial balance", "its totals are not the sums of its lines");
    }

  private:
    struct Sum {
        std::int64_t debits = 0;
        std::int64_t credits = 0;
    };

    void learn(const v1::JournaledCommand& command) {
        v1::OpenExchangeResponse response;
        if (!response.ParseFromString(command.reply())) return;
        operator_ = {exchange::Actor::Kind::key, KeyId::parse(response.key())->value};
    }

    exchange::Actor operator_;
    std::map<std::string, Sum> sums_;
    std::uint64_t batches_ = 0;
};

}  // namespace

std::unique_ptr<Checker> money_checker() {
    return std::make_unique<Money>();
}

}  // namespace penstock::sim
