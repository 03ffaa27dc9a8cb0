#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "core/billing/bills.h"
#include "core/billing/test_bill.h"

namespace penstock::billing {
namespace {

/// Any bill: the fee between nothing and half, a few fen rounded either way.
Bill any_bill() {
    Bill bill = test_bill();
    const auto charged = *rc::gen::inRange<std::int64_t>(1, *rc::gen::element(4, 300, 2'000'000));
    const auto fee = *rc::gen::inRange<std::int64_t>(0, charged / 2 + 2);
    const auto rounding = *rc::gen::inRange<std::int64_t>(-2, 3);
    bill.charged = fen(charged);
    bill.fee_share = fen(fee);
    bill.supplier_share = fen(std::max<std::int64_t>(charged - fee - rounding, 0));
    bill.fee_tax_basis_points = *rc::gen::element(0u, 1u, 300u, 600u, 1'300u, 10'000u);
    return bill;
}

RC_GTEST_PROP(BillProperties, parts_add_up_to_what_is_kept, ()) {
    const Bill bill = any_bill();
    const Money kept = fen(*rc::gen::inRange<std::int64_t>(0, bill.charged.micros / 10'000 + 1));
    const Parts parts = parts_of(bill, kept);
    RC_ASSERT(parts.sum() == kept);
    RC_ASSERT(parts.supplier >= Money{} && parts.fee >= Money{} && parts.tax >= Money{});
    RC_ASSERT(parts.fee + parts.tax <= bill.fee_share);
    const Parts whole = parts_of(bill, bill.charged);
    RC_ASSERT(whole.supplier == bill.supplier_share);
    RC_ASSERT(whole.fee + whole.tax == bill.fee_share);
}

RC_GTEST_PROP(BillProperties, one_fen_more_takes_from_nobody, ()) {
    const Bill bill = any_bill();
    const auto kept = *rc::gen::inRange<std::int64_t>(0, bill.charged.micros / 10'000);
    const Parts more = parts_of(bill, fen(kept + 1)) - parts_of(bill, fen(kept));
    RC_ASSERT(more.sum() == kFen);
    RC_ASSERT(more.supplier >= Money{} && more.fee >= Money{} && more.tax >= Money{});
}

/// A bill that is disputed, decided and paid in any order.
RC_GTEST_PROP(BillProperties, the_order_of_disputes_and_payments_changes_no_part, ()) {
    Bills bills;
    const BillId id = bills.issue(any_bill());
    const auto some_of = [](Money most) {
        return fen(*rc::gen::inRange<std::int64_t>(0, most.micros / kMicrosPerFen + 1));
    };
    std::vector<DisputeId> open;
    Parts moved;
    Money given_back;
    for (int step = *rc::gen::inRange(0, 40); step > 0; --step) {
        const Bill& bill = bills.at(id);
        const int what = *rc::gen::inRange(0, 3);
        if (what == 0 && bill.payable() > Money{} && bill.disputes < kDisputesMax) {
            Dispute dispute;
            dispute.bill = id;
            dispute.amount = std::max(some_of(bill.payable()), kFen);
            open.push_back(bills.open_dispute(dispute));
        } else if (what == 1 && !open.empty()) {
            const Money most = bills.find_dispute(open.back())->amount;
            const Money back = some_of(most);
            bills.end_dispute(open.back(), DisputeStep::decide, back);
            given_back += back;
            open.pop_back();
        } else if (what == 2) {
            const Parts parts = bills.pay(id);
            RC_ASSERT(parts.supplier >= Money{} && parts.fee >= Money{} && parts.tax >= Money{});
            moved = moved - (Parts{} - parts);
        }
        if (bills.at(id).open() > Money{}) RC_ASSERT(broken_invariants(bills).empty());
    }
    for (const DisputeId dispute : open) bills.end_dispute(dispute, DisputeStep::withdraw, Money{});
    moved = moved - (Parts{} - bills.pay(id));
    const Bill& bill = bills.at(id);
    RC_ASSERT(bill.open() == Money{});
    RC_ASSERT(moved == bill.paid);
    RC_ASSERT(moved == parts_of(bill, bill.charged - given_back));
    RC_ASSERT(moved.sum() + given_back == bill.charged);
}

}  // namespace
}  // namespace penstock::billing
