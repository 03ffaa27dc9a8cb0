#include "core/billing/bills.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/tax.h"
#include "base/text.h"
#include "base/try.h"
#include "base/wide.h"
#include "core/billing/error.h"

namespace penstock::billing {
namespace {

/// So many whole fen of `share` as `kept` is of `charged`, cut.
Money cut(Money share, Money kept, Money charged) {
    const Wide fen = share.micros / kMicrosPerFen;
    return Money{static_cast<std::int64_t>(fen * kept.micros / charged.micros) * kMicrosPerFen};
}

bool is_whole_fen(Money amount) {
    return amount.micros % kMicrosPerFen == 0;
}

/// What the supplier has received directly; empty if that is more than was charged.
std::optional<Money> received_of(const Bill& bill) {
    Money sum;
    for (const ReceivedPayment& payment : bill.received) {
        if (payment.amount < Money{0} || payment.amount > bill.charged - sum) return std::nullopt;
        sum += payment.amount;
    }
    return sum;
}

}  // namespace

Parts parts_of(const Bill& bill, Money kept) {
    PENSTOCK_ASSERT(kept >= Money{0} && kept <= bill.charged);
    // Fee and rounding are cut together, so that the supplier's rest never falls. A rounding below
    // zero may be more than the fee: it comes last.
    const Money not_supplier = bill.charged - bill.supplier_share;
    Money cut_off;
    if (not_supplier > Money{0})
        cut_off = cut(not_supplier, kept, bill.charged);
    else if (kept == bill.charged)
        cut_off = not_supplier;
    const Money fee = cut(bill.fee_share, kept, bill.charged);
    Parts parts;
    parts.supplier = kept - cut_off;
    parts.tax = tax_within(fee, bill.fee_tax_basis_points);
    parts.fee = fee - parts.tax;
    parts.rounding = cut_off - fee;
    return parts;
}

BillId Bills::issue(Bill bill) {
    PENSTOCK_ASSERT(bill.charged > Money{0} && bill.supplier_share >= Money{0} &&
                    bill.fee_share >= Money{0});
    return bills_.add(std::move(bill)).first;
}

Result<const Bill*> Bills::require(BillId id) const {
    const Bill* bill = bills_.find(id);
    if (bill != nullptr) return bill;
    return bills_.was_issued(id) ? reject(kBillSettled, "bill") : reject(kBillNotFound, "bill");
}

const std::set<BillId>& Bills::overdue_of(PartyId buyer) const {
    static const std::set<BillId> kNone;
    const auto found = overdue_.find(buyer);
    return found == overdue_.end() ? kNone : found->second;
}

void Bills::take(BillId id, BillStep step) {
    Bill& bill = bills_.at(id);
    const auto next = after(bill.state, step);
    PENSTOCK_ASSERT(next.has_value());
    const BillState before = std::exchange(bill.state, *next);
    if (*next == BillState::overdue) overdue_[bill.buyer].insert(id);
    if (before != BillState::overdue) return;
    const auto known = overdue_.find(bill.buyer);
    known->second.erase(id);
    if (known->second.empty()) overdue_.erase(known);
}

bool Bills::add_up() const {
    const auto lies_within = [](Money part, Money whole) {
        return part >= Money{0} && part <= whole;
    };
    bool all_do = true;
    bills_.for_each([&](BillId, const Bill& bill) {
        const Parts& paid = bill.paid;
        all_do =
            all_do && bill.charged > Money{0} && bill.charged <= kMoneyMax &&
            lies_within(bill.supplier_share, kMoneyMax) && lies_within(bill.fee_share, kMoneyMax) &&
            lies_within(bill.given_back, bill.charged) &&
            lies_within(bill.disputed, bill.charged - bill.given_back) &&
            lies_within(bill.declared.amount, bill.charged - bill.given_back - bill.disputed) &&
            lies_within(bill.denied.declared.amount, bill.charged) && received_of(bill) &&
            lies_within(paid.supplier, kMoneyMax) && lies_within(paid.fee, kMoneyMax) &&
            lies_within(paid.tax, kMoneyMax) && paid.rounding >= -kMoneyMax &&
            paid.rounding <= kMoneyMax;
    });
    std::map<BillId, Money> disputed;
    disputes_.for_each([&](DisputeId, const Dispute& dispute) {
        const Bill* bill = bills_.find(dispute.bill);
        all_do = all_do && bill != nullptr &&
                 lies_within(dispute.amount, bill->disputed - disputed[dispute.bill]);
        if (all_do) disputed[dispute.bill] += dispute.amount;
    });
    return all_do;
}

void Bills::find_overdue() {
    overdue_.clear();
    bills_.for_each([&](BillId id, const Bill& bill) {
        if (bill.state == BillState::overdue) overdue_[bill.buyer].insert(id);
    });
}

void Bills::fall_overdue(BillId id, Instant now) {
    Bill& bill = bills_.at(id);
    PENSTOCK_ASSERT(bill.post_paid && bill.due_at <= now && bill.payable() > Money{0});
    take(id, BillStep::fall_overdue);
    bill.overdue_since = now;
}

Result<Money> Bills::check_pay(BillId id) const {
    TRY_ASSIGN(const Bill* bill, require(id));
    if (!bill->post_paid) return reject(kBillNotOnCredit, "bill");
    if (bill->paid_directly) return reject(kBillPaidDirectly, "bill");
    const Money amount = bill->payable();
    if (amount == Money{0}) return reject(kNothingPayable, "bill");
    return amount;
}

Parts Bills::pay(BillId id) {
    Bill& bill = bills_.at(id);
    const Parts before = std::exchange(bill.paid, parts_of(bill, bill.paid.sum() + bill.payable()));
    return bill.paid - before;
}

Result<void> Bills::check_declaration(BillId id) const {
    TRY_ASSIGN(const Bill* bill, require(id));
    if (!bill->paid_directly) return reject(kBillPaidHere, "bill");
    if (bill->is_declared()) return reject(kPaymentDeclared, "bill");
    if (bill->payable() == Money{0}) return reject(kNothingPayable, "bill");
    if (bill->denied.denials >= kDenialsMax) return reject(kDeclarationsExhausted, "bill");
    return {};
}

void Bills::declare(BillId id, std::string bank_reference, Instant now) {
    PENSTOCK_ASSERT(check_declaration(id));
    Bill& bill = bills_.at(id);
    bill.declared = {bill.payable(), std::move(bank_reference), now};
}

Result<Money> Bills::check_denied(BillId id) const {
    TRY_ASSIGN(const Bill* bill, require(id));
    if (!bill->paid_directly) return reject(kBillPaidHere, "bill");
    if (bill->is_declared()) return reject(kPaymentDeclared, "bill");
    if (!bill->denied.is_set()) return reject(kNoPaymentDenied, "bill");
    return std::min(bill->denied.declared.amount, bill->payable());
}

Parts Bills::parts_if_paid(BillId id, Money amount) const {
    const Bill& bill = bills_.at(id);
    return parts_of(bill, bill.paid.sum() + amount) - bill.paid;
}

void Bills::receive(BillId id, ReceivedPayment payment) {
    Bill& bill = bills_.at(id);
    PENSTOCK_ASSERT(bill.paid_directly && payment.amount > Money{0});
    PENSTOCK_ASSERT(bill.is_declared() ? payment.amount == bill.declared.amount
                                       : payment.amount <= bill.payable());
    bill.paid = parts_of(bill, bill.paid.sum() + payment.amount);
    bill.declared = {};
    bill.denied = {};
    bill.received.push_back(std::move(payment));
}

void Bills::deny(BillId id, Instant now) {
    Bill& bill = bills_.at(id);
    PENSTOCK_ASSERT(bill.is_declared());
    bill.denied = {std::exchange(bill.declared, {}), now, bill.denied.denials + 1};
}

Result<std::vector<std::string>> read_evidence(std::vector<std::string> references) {
    if (references.size() > kEvidenceMax) return reject(kEvidenceInvalid, "evidence");
    for (std::size_t i = 0; i < references.size(); ++i) {
        const std::string& text = references[i];
        const bool is_one_line = std::ranges::none_of(
            text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
        if (text.empty() || text.size() > kEvidenceBytesMax || !is_one_line)
            return reject(kEvidenceInvalid, "evidence[" + std::to_string(i) + "]");
    }
    return references;
}

Result<void> check_reason(std::string_view text, std::string_view field) {
    if (text.size() > kReasonBytesMax || !is_label(text, {.maximum = kReasonBytesMax}))
        return reject(kReasonInvalid, field);
    return {};
}

Result<void> check_decision(const Dispute& dispute, Money given_back) {
    if (given_back < Money{0} || given_back > dispute.amount || !is_whole_fen(given_back))
        return reject(kGivenBackInvalid, "given_back");
    return {};
}

Result<void> Bills::check_dispute(BillId id, Money amount, Instant now) const {
    TRY_ASSIGN(const Bill* bill, require(id));
    if (now >= bill->disputable_until) return reject(kDisputeWindowOver, "bill");
    if (amount <= Money{0} || amount > bill->payable() || !is_whole_fen(amount))
        return reject(kDisputeAmountInvalid, "amount",
                      "It is up to " + to_decimal(bill->payable()) + ".");
    if (bill->disputes >= kDisputesMax) return reject(kDisputesExhausted, "bill");
    const auto open = open_of_.find(bill->buyer);
    if (open != open_of_.end() && open->second >= kOpenDisputesMax)
        return reject(kOpenDisputesExhausted, "bill");
    return {};
}

DisputeId Bills::open_dispute(Dispute dispute) {
    Bill& bill = bills_.at(dispute.bill);
    PENSTOCK_ASSERT(dispute.amount <= bill.payable());
    bill.disputed += dispute.amount;
    ++bill.disputes;
    ++open_of_[dispute.buyer];
    return disputes_.add(std::move(dispute)).first;
}

Result<const Dispute*> Bills::require_dispute(DisputeId id) const {
    const Dispute* dispute = disputes_.find(id);
    if (dispute != nullptr) return dispute;
    if (disputes_.was_issued(id)) return reject(kDisputeClosed, "dispute");
    return reject(kDisputeNotFound, "dispute");
}

Dispute Bills::end_dispute(DisputeId id, DisputeStep step, Money given_back) {
    Dispute dispute = disputes_.at(id);
    PENSTOCK_ASSERT(check_decision(dispute, given_back));
    const auto next = after(dispute.state, step);
    PENSTOCK_ASSERT(next.has_value());
    dispute.state = *next;
    Bill& bill = bills_.at(dispute.bill);
    bill.disputed -= dispute.amount;
    bill.given_back += given_back;
    const auto count = open_of_.find(dispute.buyer);
    if (--count->second == 0) open_of_.erase(count);
    disputes_.erase(id);
    return dispute;
}

void Bills::count_open() {
    open_of_.clear();
    disputes_.for_each([this](DisputeId, const Dispute& dispute) { ++open_of_[dispute.buyer]; });
}

void Bills::settle(BillId id) {
    Bill& bill = bills_.at(id);
    if (bill.open() == Money{0}) return take(id, BillStep::settle);
    // What is said to be paid is overdue until the supplier has it.
    if (bill.state == BillState::overdue && bill.payable() + bill.declared.amount == Money{0}) {
        take(id, BillStep::catch_up);
        bill.overdue_since = {};
    }
}

void Bills::forget(BillId id) {
    PENSTOCK_ASSERT(bills_.at(id).state == BillState::settled);
    bills_.erase(id);
}

std::vector<std::string> broken_invariants(const Bills& bills) {
    std::vector<std::string> broken;
    std::map<BillId, Money> disputed;
    std::map<PartyId, std::uint32_t> open_of;
    std::map<PartyId, std::set<BillId>> overdue;
    bills.disputes().for_each([&](DisputeId id, const Dispute& dispute) {
        disputed[dispute.bill] += dispute.amount;
        ++open_of[dispute.buyer];
        if (dispute.state != DisputeState::open || dispute.amount <= Money{0} ||
            bills.find(dispute.bill) == nullptr)
            broken.push_back(id.text() + ": is kept though it can be no open dispute");
    });
    if (open_of != bills.open_of()) broken.emplace_back("open disputes are counted wrongly");
    bills.bills().for_each([&](BillId id, const Bill& bill) {
        const auto check = [&](bool holds, std::string_view what) {
            if (!holds) broken.push_back(id.text() + ": " + std::string(what));
        };
        check(bill.state != BillState::settled, "is kept though it is settled");
        check(bill.charged > Money{0} && bill.supplier_share >= Money{0} &&
                  bill.fee_share >= Money{0},
              "charges nothing, or shares out less than that");
        check(is_whole_fen(bill.charged) && is_whole_fen(bill.supplier_share) &&
                  is_whole_fen(bill.fee_share) && is_whole_fen(bill.disputed) &&
                  is_whole_fen(bill.given_back),
              "is not in whole fen");
        check(bill.disputed == disputed[id], "what is disputed of it is not what disputes say");
        const bool adds_up = bill.disputed >= Money{0} && bill.given_back >= Money{0} &&
                             bill.paid.sum() >= Money{0} && bill.payable() >= Money{0};
        check(adds_up, "more is paid, given back or disputed than was charged");
        check(bill.open() > Money{0}, "is open though nothing of it is");
        check(adds_up && bill.paid == parts_of(bill, bill.paid.sum()),
              "is not shared out as it should be");
        const bool is_overdue = bill.state == BillState::overdue;
        if (is_overdue) overdue[bill.buyer].insert(id);
        check(!is_overdue || (bill.post_paid && bill.payable() + bill.declared.amount > Money{0}),
              "is overdue though nobody is to pay it now");
        check(is_whole_fen(bill.declared.amount) && bill.declared.amount >= Money{0} &&
                  (bill.paid_directly ||
                   (!bill.is_declared() && !bill.denied.is_set() && bill.received.empty())),
              "is said to be paid in a way in which it cannot be");
        check(
            bill.denied.is_set() == (bill.denied.denials > 0) && bill.denied.denials <= kDenialsMax,
            "was denied other payments than it says");
        check(!bill.paid_directly || received_of(bill) == bill.paid.sum(),
              "has received other than is paid of it");
        check(bill.post_paid || !bill.paid_directly, "is paid directly and out of escrow");
        check(is_overdue == (bill.overdue_since != Instant{}), "is overdue since another time");
        check(bill.issued_at <= bill.disputable_until && bill.disputable_until <= bill.due_at,
              "is due before its dispute window has ended");
    });
    bills.bills().for_each([&](BillId id, const Bill& bill) {
        if (bills.overdue_of(bill.buyer) != overdue[bill.buyer])
            broken.push_back(id.text() + ": its buyer's overdue bills are not known right");
    });
    return broken;
}

}  // namespace penstock::billing
