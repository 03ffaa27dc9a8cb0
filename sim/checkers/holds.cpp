#include <algorithm>
#include <map>
#include <set>

#include "base/id.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

constexpr std::uint64_t kAskEvery = 4;  // Batches.
constexpr Duration kAcceptWindow = seconds(120);
constexpr Duration kAcceptByHandWindow = seconds(24 * 3'600);

/// Every hold ends: an order holds what its contracts could cost; a contract leaves its waiting
/// state within the time to accept, and then its hold has become escrow, or a commitment, whole, or
/// is given back whole; and what the exchange says is held is the sum over the contracts that wait
/// and the withdrawals that have not ended, and what changes that wait could cost more.
class Holds final : public Checker {
  public:
    std::string_view name() const override { return "holds"; }

    void on_command(const Record& record) override {
        if (record.command.method() == "InternalService/OpenExchange") learn(record.command);
        std::map<std::string, std::int64_t> into_escrow;  // By purpose and contract.
        std::int64_t announced = 0;
        std::int64_t opened = 0;
        for (const v1::Event& event : record.events) {
            if (event.has_order_placed()) announced += event.order_placed().held().micros();
            const std::string& purpose = event.transfer_posted().purpose();
            if (purpose == "escrow" || purpose == "commitment")
                into_escrow[purpose + " " + event.transfer_posted().subject()] +=
                    event.transfer_posted().amount().micros();
            if (event.has_withdrawal_changed()) watch(event.withdrawal_changed());
            if (event.has_change_order_changed()) watch(event.change_order_changed());
            if (!event.has_contract_changed()) continue;
            const v1::Contract& contract = event.contract_changed();
            if (contract.state() == v1::CONTRACT_ORDERED) {
                opened += contract.escrow().micros();
                waiting_[contract.id()] = {contract.buyer(), contract.escrow().micros(),
                                           accept_until(contract, record.at()),
                                           contract.by_plan().post_paid()};
            } else {
                leave(contract, into_escrow);
                if (contract.by_plan().post_paid()) on_credit_.insert(contract.id());
            }
        }
        check(announced == opened, record.command.method(), "holds another sum than it says");
        if (record.is_tick()) return;
        for (const auto& [id, hold] : waiting_)
            check(hold.until > record.at(), id, "still waits after its time to accept");
    }

    void on_batch(const exchange::Exchange& replica) override {
        if (++batches_ % kAskEvery == 0 && operator_.id != 0) compare(replica);
    }

    void on_quiet() override {
        for (const auto& [id, hold] : waiting_) check(false, id, "its hold never ended");
    }

  private:
    struct Hold {
        std::string buyer;
        std::int64_t micros = 0;
        Instant until;
        bool post_paid = false;
    };

    /// What is no machine's to judge may wait a day; all else for two minutes.
    static Instant accept_until(const v1::Contract& contract, Instant at) {
        if (!contract.has_by_plan()) return at + kAcceptWindow;
        return std::min(Instant{contract.by_plan().accept_until_ns()}, at + kAcceptByHandWindow);
    }

    void learn(const v1::JournaledCommand& command) {
        v1::OpenExchangeResponse response;
        if (!response.ParseFromString(command.reply())) return;
        operator_ = {exchange::Actor::Kind::key, KeyId::parse(response.key())->value};
    }

    void leave(const v1::Contract& contract,
               const std::map<std::string, std::int64_t>& into_escrow) {
        const auto held = waiting_.find(contract.id());
        if (held == waiting_.end()) return;
        const auto moved =
            into_escrow.find((held->second.post_paid ? "commitment " : "escrow ") + contract.id());
        const std::int64_t sum = moved == into_escrow.end() ? 0 : moved->second;
        const bool is_taken = contract.state() == v1::CONTRACT_ACTIVE;
        check(sum == (is_taken ? held->second.micros : 0), contract.id(),
              is_taken ? "its hold did not become escrow whole" : "a part of its hold was kept");
        waiting_.erase(held);
    }

    void watch(const v1::ChangeOrder& change) {
        if (change.state() == v1::CHANGE_ORDER_PROPOSED)
            changes_[change.id()] = {change.buyer(), change.additional().micros(),
                                     Instant{change.lapses_at_ns()},
                                     on_credit_.contains(change.contract())};
        else
            changes_.erase(change.id());
    }

    void watch(const v1::Withdrawal& withdrawal) {
        const bool is_open = withdrawal.state() == v1::WITHDRAWAL_REQUESTED ||
                             withdrawal.state() == v1::WITHDRAWAL_APPROVED;
        if (is_open)
            withdrawals_[withdrawal.id()] = {
                withdrawal.party(), withdrawal.amount().micros(), {}, false};
        else
            withdrawals_.erase(withdrawal.id());
    }

    void compare(const exchange::Exchange& replica) {
        const auto reply =
            replica.query("LedgerService/GetTrialBalance", operator_, replica.last_time(), "");
        v1::GetTrialBalanceResponse balance;
        if (!reply || !balance.ParseFromString(*reply))
            return check(false, "trial balance", "not to be had");
        std::map<std::string, std::int64_t> expected;
        std::map<std::string, std::int64_t> on_credit;
        for (const auto* holds : {&waiting_, &changes_}) {
            for (const auto& [id, hold] : *holds)
                (hold.post_paid ? on_credit : expected)[hold.buyer] += hold.micros;
        }
        std::map<std::string, std::int64_t> leaving;
        for (const auto& [id, hold] : withdrawals_) leaving[hold.buyer] += hold.micros;
        for (const v1::Account& account : balance.accounts()) {
            if (account.kind() == v1::ACCOUNT_CASH)
                check(account.debits_pending() ==
                          expected[account.party()] + leaving[account.party()],
                      account.id(), "holds other than for contracts that wait and withdrawals");
            if (account.kind() == v1::ACCOUNT_CREDIT)
                check(account.debits_pending() == on_credit[account.party()], account.id(),
                      "holds other than for contracts on credit that wait");
            if (account.kind() == v1::ACCOUNT_ESCROW)
                check(account.credits_pending() == expected[account.party()], account.id(),
                      "awaits other than from contracts that wait");
        }
    }

    exchange::Actor operator_;
    std::map<std::string, Hold> waiting_;  ///< By contract.
    std::map<std::string, Hold> withdrawals_;
    std::map<std::string, Hold> changes_;  ///< That wait for their answers.
    std::set<std::string> on_credit_;      ///< Contracts.
    std::uint64_t batches_ = 0;
};

}  // namespace

std::unique_ptr<Checker> holds_checker() {
    return std::make_unique<Holds>();
}

}  // namespace penstock::sim
