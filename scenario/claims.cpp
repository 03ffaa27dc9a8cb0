#include "scenario/claims.h"

#include <string>
#include <vector>

#include "base/money.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/dispute.pb.h"
#include "scenario/span.h"

namespace penstock::scenario {
namespace {

v1::Money yuan(std::int64_t micros) {
    v1::Money money;
    money.set_micros(micros);
    money.set_currency("CNY");
    return money;
}

}  // namespace

Claims::Claims(Venue& venue, const Cast& cast, Funds& funds, Dice& dice)
    : venue_(venue), cast_(cast), funds_(funds), dice_(dice) {
    venue_.listen(v1::Event::kBillChanged,
                  [this](const v1::Event& event) { on_bill(event.bill_changed()); });
    venue_.listen(v1::Event::kContractChanged, [this](const v1::Event& event) {
        const v1::Contract& contract = event.contract_changed();
        if (contract.state() == v1::CONTRACT_SETTLED &&
            contract.close_reason() == v1::CLOSE_BUYER_UNPAID)
            ++tally_["contracts ended as unpaid"];
    });
}

void Claims::grant_credit() {
    for (const Buyer& buyer : cast_.buyers) {
        v1::SetCreditLimitRequest request;
        request.set_party(buyer.party);
        *request.mutable_limit() = yuan(dice_.between(200'000, 900'000) * kMicrosPerUnit);
        const auto heard = venue_.must<v1::SetCreditLimitResponse>(
            cast_.officers[0], "CreditService/SetCreditLimit", request);
        if (!heard.awaits_second_officer()) give_up("one officer alone gave credit");
        venue_.must<v1::SetCreditLimitResponse>(cast_.officers[1], "CreditService/SetCreditLimit",
                                                request);
    }
}

void Claims::on_bill(const v1::IssuedBill& bill) {
    if (bill.kind() != v1::SETTLEMENT_BILL || bill.paid_directly()) return;
    if (bill.state() == v1::BILL_OVERDUE && overdue_.insert(bill.id()).second) overdue(bill);
    if (!seen_.insert(bill.id()).second) return;
    ++tally_[bill.post_paid() ? "bills on credit" : "bills out of escrow"];
    if (bill.post_paid() && on_credit(bill)) return;
    if (bill.state() != v1::BILL_OPEN || !dice_.percent(6)) return;
    const std::int64_t hours = (bill.disputable_until_ns() - bill.issued_at_ns()) / kHour.ns;
    if (hours < 2) return;
    const v1::IssuedBill copy = bill;
    venue_.plan(venue_.now() + kHour * dice_.between(1, hours - 1), [this, copy] { open(copy); });
}

/// True where the buyer pays by hand, and disputes nothing.
bool Claims::on_credit(const v1::IssuedBill& bill) {
    const Buyer* buyer = funds_.buyer_of(bill.buyer());
    if (buyer == nullptr) return false;
    const Instant due{bill.due_at_ns()};
    if (dice_.percent(10)) {
        const std::int64_t hours = (due - venue_.now()).ns / kHour.ns;
        venue_.plan(venue_.now() + kHour * dice_.between(0, hours - 1),
                    [this, buyer, id = bill.id()] { pay(*buyer, id); });
        return true;
    }
    if (dice_.percent(7)) {
        // A late payer has no cash when its bill is due.
        venue_.plan(due - kMinute, [this, buyer] { funds_.put_cash_aside(*buyer); });
        venue_.plan(due + kHour * dice_.between(1, 300), [this, buyer] { pay_late(*buyer); });
    }
    return false;
}

void Claims::overdue(const v1::IssuedBill& bill) {
    ++tally_["bills overdue"];
    const Buyer* buyer = funds_.buyer_of(bill.buyer());
    if (buyer == nullptr) return;
    venue_.plan(venue_.now() + kMinute, [this, buyer, id = bill.id()] { pay(*buyer, id); });
}

void Claims::pay(const Buyer& buyer, const std::string& bill) {
    v1::PayBillRequest request;
    request.set_bill(bill);
    if (venue_.command<v1::PayBillResponse>(buyer.key, "CreditService/PayBill", request)) {
        ++tally_["bills on credit paid by hand"];
    } else {
        ++tally_["payments refused: " + venue_.reason().substr(0, venue_.reason().find(' '))];
    }
}

void Claims::pay_late(const Buyer& buyer) {
    funds_.take_it_back(buyer);
    // Half of the late payers pay at once; the others wait for the exchange to collect.
    if (!dice_.percent(50)) return;
    std::vector<std::string> owed;
    venue_.exchange().state().bills.bills().for_each([&](BillId id, const billing::Bill& bill) {
        if (bill.buyer.text() == buyer.party && bill.state == billing::BillState::overdue)
            owed.push_back(id.text());
    });
    for (const std::string& bill : owed) pay(buyer, bill);
}

void Claims::open(const v1::IssuedBill& bill) {
    const Buyer* buyer = funds_.buyer_of(bill.buyer());
    if (buyer == nullptr) return;
    v1::OpenDisputeRequest request;
    request.set_bill(bill.id());
    const std::int64_t fen = bill.charged().micros() / kMicrosPerFen;
    const std::int64_t amount = (dice_.percent(30) ? fen : dice_.between(1, fen)) * kMicrosPerFen;
    request.set_reason("Less was delivered than billed.");
    request.add_evidence("receipt:" + bill.contract());
    *request.mutable_amount() = yuan(bill.charged().micros() + kMicrosPerFen);
    venue_.must_refuse(buyer->key, "DisputeService/OpenDispute", request, "DISPUTE_AMOUNT_INVALID");
    *request.mutable_amount() = yuan(amount);
    const auto opened =
        venue_.must<v1::OpenDisputeResponse>(buyer->key, "DisputeService/OpenDispute", request);
    ++tally_["disputes"];
    const std::string dispute = opened.dispute();
    if (dice_.percent(20)) {
        venue_.plan(venue_.now() + kHour * dice_.between(1, 90), [this, dispute, buyer] {
            v1::WithdrawDisputeRequest withdraw;
            withdraw.set_dispute(dispute);
            venue_.must<v1::WithdrawDisputeResponse>(buyer->key, "DisputeService/WithdrawDispute",
                                                     withdraw);
            ++tally_["disputes withdrawn"];
        });
        return;
    }
    venue_.plan(venue_.now() + kHour * dice_.between(2, 200),
                [this, dispute, amount] { decide(dispute, amount); });
}

void Claims::decide(const std::string& dispute, std::int64_t amount) {
    v1::DecideDisputeRequest request;
    request.set_dispute(dispute);
    const std::int64_t given_back = dice_.percent(35) ? amount
                                    : dice_.percent(50)
                                        ? 0
                                        : dice_.between(0, amount / kMicrosPerFen) * kMicrosPerFen;
    *request.mutable_given_back() = yuan(given_back);
    request.set_note("Decided by what the usage batches say.");
    venue_.must<v1::DecideDisputeResponse>(cast_.officers[0], "DisputeService/DecideDispute",
                                           request);
    venue_.must_refuse(cast_.officers[0], "DisputeService/DecideDispute", request,
                       "SECOND_OFFICER_NEEDED");
    venue_.must<v1::DecideDisputeResponse>(cast_.officers[1], "DisputeService/DecideDispute",
                                           request);
    ++tally_[given_back == 0        ? "disputes decided for the supplier"
             : given_back == amount ? "disputes decided for the buyer"
                                    : "disputes decided in part"];
}

}  // namespace penstock::scenario
