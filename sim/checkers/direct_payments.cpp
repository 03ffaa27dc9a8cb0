#include <algorithm>
#include <map>
#include <string>

#include "base/id.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

constexpr Duration kDaily = seconds(86'400);

/// Of bills that are paid to the supplier's own bank account: what their supplier, or two officers,
/// say was received is paid there and then; once it is denied when it is due it is overdue; each
/// supplier owes the fees of what it has received, less those that were collected; and it owes
/// none for longer than a day while its cash covers them.
class DirectPayments final : public Checker {
  public:
    std::string_view name() const override { return "direct_payments"; }

    void on_command(const Record& record) override {
        if (record.command.method() == "InternalService/OpenExchange") learn(record.command);
        const std::map<std::string, v1::IssuedBill> before = touched_of(record);
        for (const v1::Event& event : record.events) {
            if (event.has_bill_changed()) follow(event.bill_changed());
            if (event.has_transfer_posted()) collect(event.transfer_posted());
        }
        if (record.command.method() == "CreditService/AnswerPayment") answered(record, before);
        if (record.command.method() == "CreditService/DecidePayment") decided(record);
    }

    void on_batch(const exchange::Exchange& replica) override {
        const bool owes = std::ranges::any_of(owed_, [](const auto& of) { return of.second != 0; });
        if (owes && operator_.id != 0) compare(replica);
    }

  private:
    void learn(const v1::JournaledCommand& command) {
        v1::OpenExchangeResponse response;
        if (!response.ParseFromString(command.reply())) return;
        operator_ = {exchange::Actor::Kind::key, KeyId::parse(response.key())->value};
    }

    static std::int64_t fees_of(const v1::IssuedBill& bill) {
        return bill.operator_fee().micros() + bill.tax().micros();
    }
    static std::int64_t open_of(const v1::IssuedBill& bill) {
        return bill.charged().micros() - bill.given_back().micros() -
               bill.paid_to_supplier().micros() - fees_of(bill) - bill.rounding().micros();
    }

    /// The bills that a command tells of, as they were before it.
    std::map<std::string, v1::IssuedBill> touched_of(const Record& record) const {
        std::map<std::string, v1::IssuedBill> touched;
        for (const v1::Event& event : record.events) {
            const auto known = open_.find(event.bill_changed().id());
            if (event.has_bill_changed() && known != open_.end()) touched.insert(*known);
        }
        return touched;
    }

    void follow(const v1::IssuedBill& bill) {
        if (!bill.paid_directly() || bill.kind() != v1::SETTLEMENT_BILL) return;
        v1::IssuedBill& known = open_[bill.id()];
        // What rounds in the supplier's favour is paid by the exchange, and owed by nobody.
        const std::int64_t rounding = bill.rounding().micros() - known.rounding().micros();
        owed_[bill.supplier()] +=
            fees_of(bill) - fees_of(known) + std::max<std::int64_t>(rounding, 0);
        std::int64_t received = 0;
        for (const v1::ReceivedPayment& payment : bill.received())
            received += payment.amount().micros();
        check(open_of(bill) + received == bill.charged().micros() - bill.given_back().micros(),
              bill.id(), "is paid otherwise than it was received");
        known = bill;
        if (bill.state() == v1::BILL_SETTLED) open_.erase(bill.id());
    }

    void collect(const v1::Transfer& transfer) {
        if (transfer.purpose() != "fee_collected") return;
        owed_[transfer.subject()] -= transfer.amount().micros();
        check(owed_[transfer.subject()] >= 0, transfer.subject(), "pays more fees than it owes");
        covered_since_.erase(transfer.subject());
    }

    void answered(const Record& record, const std::map<std::string, v1::IssuedBill>& before) {
        v1::AnswerPaymentRequest request;
        if (!request.ParseFromString(record.command.request())) return;
        const auto was = before.find(request.bill());
        check(was != before.end(), request.bill(), "is answered, and nothing changes");
        if (was == before.end()) return;
        const auto is = open_.find(request.bill());
        const std::int64_t left = is == open_.end() ? 0 : open_of(is->second);
        check((left < open_of(was->second)) == request.received(), request.bill(),
              "is not paid as its supplier says");
        check(!request.received() || !request.has_amount() ||
                  open_of(was->second) - left == request.amount().micros(),
              request.bill(), "is paid another sum than its supplier was shown");
        if (is == open_.end()) return;
        const v1::IssuedBill& bill = is->second;
        const bool is_payable = left > bill.disputed().micros();
        check(!is_payable || record.at().ns < bill.due_at_ns() || bill.state() == v1::BILL_OVERDUE,
              bill.id(), "is due, nobody says that it is paid, and it is not overdue");
        check(request.received() || bill.denied().denials() == was->second.denied().denials() + 1,
              bill.id(), "is denied, and does not say so");
    }

    void decided(const Record& record) {
        v1::DecidePaymentResponse response;
        if (!response.ParseFromString(record.command.reply())) return;
        const bool is_told = std::ranges::any_of(
            record.events, [](const v1::Event& event) { return event.has_payment_decided(); });
        check(is_told != response.awaits_second_officer(), std::to_string(record.at().ns),
              "one officer decides, or two do not");
    }

    void compare(const exchange::Exchange& replica) {
        v1::GetTrialBalanceResponse balance;
        const auto reply =
            replica.query("LedgerService/GetTrialBalance", operator_, replica.last_time(), "");
        if (!reply || !balance.ParseFromString(*reply))
            return check(false, "trial balance", "not to be had");
        std::map<std::string, std::int64_t> booked;
        std::map<std::string, std::int64_t> cash;
        for (const v1::Account& account : balance.accounts()) {
            const std::int64_t sum = account.credits_posted() - account.debits_posted();
            if (account.kind() == v1::ACCOUNT_FEE_RECEIVABLE) booked[account.party()] -= sum;
            if (account.kind() == v1::ACCOUNT_CASH)
                cash[account.party()] += sum - account.debits_pending();
        }
        for (const auto& [party, owed] : owed_) {
            check(booked[party] == owed, party, "owes other fees than those of its bills");
            if (owed == 0 || cash[party] < owed) {
                covered_since_.erase(party);
                continue;
            }
            const Instant now = replica.last_time();
            const Instant since = covered_since_.try_emplace(party, now).first->second;
            check(now <= since + kDaily, party, "owes fees for a day that its cash covers");
        }
    }

    exchange::Actor operator_;
    std::map<std::string, v1::IssuedBill> open_;
    std::map<std::string, std::int64_t> owed_;      ///< By supplier.
    std::map<std::string, Instant> covered_since_;  ///< Of those whose cash covers what they owe.
};

}  // namespace

std::unique_ptr<Checker> direct_payments_checker() {
    return std::make_unique<DirectPayments>();
}

}  // namespace penstock::sim
