#include "core/billing/bills.h"

#include <utility>

#include "base/assert.h"

namespace penstock::billing {
namespace {

/// So many whole fen of `share` as `kept` is of `charged`, cut.
Money cut(Money share, Money kept, Money charged) {
    __extension__ using Wide = __int128;
    const Wide fen = share.micros / kMicrosPerFen;
    return Money{static_cast<std::int64_t>(fen * kept.micros / charged.micros) * kMicrosPerFen};
}

/// What of a price is VAT that is included in it.
Money tax_within(Money gross, std::uint32_t basis_points) {
    __extension__ using Wide = __int128;
    const Wide whole = Wide{10'000} + basis_points;
    const Wide fen = gross.micros / kMicrosPerFen;
    const auto tax = static_cast<std::int64_t>((2 * fen * basis_points + whole) / (2 * whole));
    return Money{tax * kMicrosPerFen};
}

bool is_whole_fen(Money amount) {
    return amount.micros % kMicrosPerFen == 0;
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
    parts.tax = tax_within(fee, bill.tax_basis_points);
    parts.fee = fee - parts.tax;
    parts.rounding = cut_off - fee;
    return parts;
}

BillId Bills::issue(Bill bill) {
    PENSTOCK_ASSERT(bill.charged > Money{0} && bill.supplier_share >= Money{0} &&
                    bill.fee_share >= Money{0});
    return bills_.add(std::move(bill)).first;
}

Parts Bills::pay(BillId id) {
    Bill& bill = bills_.at(id);
    const Parts before = std::exchange(bill.paid, parts_of(bill, bill.paid.sum() + bill.payable()));
    return bill.paid - before;
}

bool Bills::settle(BillId id) {
    Bill& bill = bills_.at(id);
    if (bill.open() > Money{0}) return false;
    const auto next = after(bill.state, BillStep::settle);
    PENSTOCK_ASSERT(next.has_value());
    bill.state = *next;
    return true;
}

void Bills::forget(BillId id) {
    PENSTOCK_ASSERT(bills_.at(id).state == BillState::settled);
    bills_.erase(id);
}

std::vector<std::string> broken_invariants(const Bills& bills) {
    std::vector<std::string> broken;
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
        const bool adds_up = bill.disputed >= Money{0} && bill.given_back >= Money{0} &&
                             bill.paid.sum() >= Money{0} && bill.payable() >= Money{0};
        check(adds_up, "more is paid, given back or disputed than was charged");
        check(bill.open() > Money{0}, "is open though nothing of it is");
        check(adds_up && bill.paid == parts_of(bill, bill.paid.sum()),
              "is not shared out as it should be");
        check(bill.issued_at <= bill.disputable_until && bill.disputable_until <= bill.due_at,
              "is due before its dispute window has ended");
    });
    return broken;
}

}  // namespace penstock::billing
