#include "scenario/direct.h"

#include <fmt/core.h>

#include <algorithm>

#include "penstock/v1/credit.pb.h"
#include "scenario/span.h"

namespace penstock::scenario {
namespace {

constexpr int kHoursMax = 36;
constexpr std::uint32_t kDenialsMax = 2;

std::int64_t payable_of(const v1::IssuedBill& bill) {
    return bill.charged().micros() - bill.given_back().micros() - bill.disputed().micros() -
           bill.declared().amount().micros() - bill.paid_to_supplier().micros() -
           bill.operator_fee().micros() - bill.tax().micros() - bill.rounding().micros();
}

}  // namespace

Direct::Direct(Venue& venue, const Cast& cast, Claims& claims)
    : venue_(venue), cast_(cast), claims_(claims) {
    venue_.listen(v1::Event::kBillChanged,
                  [this](const v1::Event& event) { on_bill(event.bill_changed()); });
    venue_.listen(v1::Event::kTransferPosted, [this](const v1::Event& event) {
        if (event.transfer_posted().purpose() == "fee_collected")
            ++tally_["collections of fees for direct payments"];
    });
}

void Direct::on_bill(const v1::IssuedBill& bill) {
    if (!bill.paid_directly() || bill.kind() != v1::SETTLEMENT_BILL) return;
    const auto [known, is_new] = open_.insert_or_assign(bill.id(), bill);
    if (bill.state() == v1::BILL_SETTLED) {
        open_.erase(known);
        return;
    }
    if (is_new) {
        ++tally_["bills paid directly"];
        if (dice_.percent(8))
            venue_.plan(venue_.now() + kMinute, [this, bill] { claims_.open(bill); });
    }
    plan(bill.id(), kHour * dice_.between(1, kHoursMax));
}

void Direct::plan(const std::string& id, Duration wait) {
    if (!planned_.insert(id).second) return;
    venue_.plan(venue_.now() + wait, [this, id] {
        planned_.erase(id);
        act(id);
    });
}

void Direct::act(const std::string& id) {
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    const v1::IssuedBill bill = found->second;
    if (dice_.percent(5)) err_in(bill);
    if (bill.has_declared()) {
        if (dice_.percent(10)) {
            ++tally_["direct payments that nobody answered"];
            return;  // The exchange takes them as received.
        }
        return answer(bill, bill.denied().denials() >= kDenialsMax || !dice_.percent(20));
    }
    // What is disputed can be declared when that has ended.
    if (payable_of(bill) == 0) return;
    if (bill.has_denied() && dice_.percent(50)) return decide(bill);
    const Instant due{bill.due_at_ns()};
    if (!bill.has_denied() && venue_.now() < due && dice_.percent(12)) {
        ++tally_["direct payments that come late"];
        return plan(id, due - venue_.now() + kHour * dice_.between(1, 50));
    }
    if (dice_.percent(10)) return answer(bill, true);
    declare(bill);
}

void Direct::declare(const v1::IssuedBill& bill) {
    const auto buyer = std::ranges::find(cast_.buyers, bill.buyer(), &Buyer::party);
    v1::DeclarePaymentRequest request;
    request.set_bill(bill.id());
    request.set_bank_reference(fmt::format("OUT{:06}", ++references_));
    venue_.must<v1::DeclarePaymentResponse>(buyer->key, "CreditService/DeclarePayment", request);
    ++tally_["direct payments declared"];
    venue_.must_refuse(buyer->key, "CreditService/DeclarePayment", request, "PAYMENT_DECLARED");
}

void Direct::answer(const v1::IssuedBill& bill, bool received) {
    const auto supplier = std::ranges::find(cast_.suppliers, bill.supplier(), &Supplier::party);
    v1::AnswerPaymentRequest request;
    request.set_bill(bill.id());
    request.set_received(received);
    if (bill.has_declared())
        venue_.must_refuse(supplier->agent, "CreditService/AnswerPayment", request,
                           "ANSWER_BY_AGENT");
    if (bill.has_declared()) {
        *request.mutable_amount() = bill.declared().amount();
        v1::AnswerPaymentRequest stale = request;
        stale.mutable_amount()->set_micros(bill.declared().amount().micros() + 10'000);
        venue_.must_refuse(supplier->key, "CreditService/AnswerPayment", stale, "PAYMENT_CHANGED");
    }
    venue_.must<v1::AnswerPaymentResponse>(supplier->key, "CreditService/AnswerPayment", request);
    ++tally_[!received             ? "direct payments denied"
             : bill.has_declared() ? "direct payments received"
                                   : "direct payments received that nobody declared"];
}

void Direct::decide(const v1::IssuedBill& bill) {
    v1::DecidePaymentRequest request;
    request.set_bill(bill.id());
    request.set_received(dice_.percent(70));
    request.set_note("By the receipts of both banks.");
    venue_.must<v1::DecidePaymentResponse>(cast_.officers[0], "CreditService/DecidePayment",
                                           request);
    venue_.must_refuse(cast_.officers[0], "CreditService/DecidePayment", request,
                       "SECOND_OFFICER_NEEDED");
    venue_.must<v1::DecidePaymentResponse>(cast_.officers[1], "CreditService/DecidePayment",
                                           request);
    ++tally_[request.received() ? "direct payments decided as received"
                                : "direct payments decided as not received"];
    // The bill stays as it was, so that it tells nobody.
    if (!request.received()) plan(bill.id(), kHour * dice_.between(1, kHoursMax));
}

void Direct::err_in(const v1::IssuedBill& bill) {
    const auto buyer = std::ranges::find(cast_.buyers, bill.buyer(), &Buyer::party);
    v1::PayBillRequest pay;
    pay.set_bill(bill.id());
    venue_.must_refuse(buyer->key, "CreditService/PayBill", pay, "BILL_PAID_DIRECTLY");
    if (bill.has_denied() || bill.has_declared()) return;
    v1::DecidePaymentRequest early;
    early.set_bill(bill.id());
    early.set_note("Nobody has denied it.");
    venue_.must_refuse(cast_.officers[0], "CreditService/DecidePayment", early,
                       "NO_PAYMENT_DENIED");
}

}  // namespace penstock::scenario
