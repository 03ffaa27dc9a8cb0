#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/id_table.h"
#include "base/money.h"
#include "base/time.h"
#include "core/billing/sale_terms.h"
#include "core/billing/states.h"

namespace penstock {

struct BillTag {
    static constexpr std::string_view kPrefix = "bill";
};
using BillId = Id<BillTag>;

}  // namespace penstock

namespace penstock::billing {

/// To whom what is paid of a bill goes.
struct Parts {
    Money supplier;
    Money fee;       ///< The operator's, less its tax.
    Money tax;       ///< Of the fee.
    Money rounding;  ///< To the exchange's rounding account; below zero from there.

    Money sum() const { return supplier + fee + tax + rounding; }
    bool operator==(const Parts&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(supplier, fee, tax, rounding);
    }
};
constexpr Parts operator-(const Parts& a, const Parts& b) {
    return {a.supplier - b.supplier, a.fee - b.fee, a.tax - b.tax, a.rounding - b.rounding};
}

/// A settlement bill that is not paid out in full. All sums are whole fen.
struct Bill {
    ContractId contract;
    OrderId order;
    PartyId buyer;
    PartyId supplier;
    Currency currency;
    Interval period;
    Instant issued_at;
    Instant disputable_until;
    Instant due_at;  ///< Not before disputable_until.
    bool post_paid = false;
    TradeRole role = TradeRole::agent;
    std::uint32_t tax_basis_points = 0;
    BillState state = BillState::open;
    Money charged;         ///< Above zero.
    Money supplier_share;  ///< Of all that was charged.
    Money fee_share;       ///< Likewise, with its tax.
    Money disputed;        ///< Frozen now.
    Money given_back;      ///< To the buyer, for good.
    Parts paid;            ///< So far; always parts_of() their sum.

    /// Neither paid nor given back.
    Money open() const { return charged - given_back - paid.sum(); }
    /// Of that, what nobody disputes.
    Money payable() const { return open() - disputed; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(contract, order, buyer, supplier, currency, period, issued_at, disputable_until,
                due_at, post_paid, role, tax_basis_points, state, charged, supplier_share,
                fee_share, disputed, given_back, paid);
    }
};

/// How `kept`, the part of a bill that the buyer pays, is shared out. It depends on the sum alone:
/// whatever the steps in which it is paid, their parts add up to the same, and neither supplier nor
/// fee nor tax ever pays back. What is cut off the fee is the supplier's; tax is rounded half up.
/// @param kept  0 to charged, in whole fen.
Parts parts_of(const Bill& bill, Money kept);

/// The bills that are not settled, and the numbers of all. Moves no money: the exchange does.
class Bills {
  public:
    /// Gives the next number to a bill. @pre 0 < charged, 0 <= supplier and fee share.
    BillId issue(Bill bill);
    /// The number that the next bill or credit note has.
    BillId next() const { return bills_.next_id(); }
    bool was_issued(BillId id) const { return bills_.was_issued(id); }

    /// Null once it is settled.
    const Bill* find(BillId id) const { return bills_.find(id); }
    const Bill& at(BillId id) const { return bills_.at(id); }

    /// The bill's payable part is paid: what goes to whom now.
    Parts pay(BillId id);

    /// Settles a bill of which nothing is open; false when something is.
    bool settle(BillId id);
    /// Forgets a settled bill; its number stays taken.
    void forget(BillId id);

    const IdTable<BillId, Bill>& bills() const { return bills_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(bills_);
    }

  private:
    IdTable<BillId, Bill> bills_;
};

/// Every bill's sums are in range, whole fen, and shared out as they should be.
std::vector<std::string> broken_invariants(const Bills& bills);

}  // namespace penstock::billing
