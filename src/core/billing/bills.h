#pragma once

#include <cstdint>
#include <map>
#include <set>
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
struct DisputeTag {
    static constexpr std::string_view kPrefix = "dsp";
};
using DisputeId = Id<DisputeTag>;

}  // namespace penstock

namespace penstock::billing {

/// So often at most is one bill disputed.
inline constexpr std::uint32_t kDisputesMax = 16;
/// So many of a party's disputes are open at most.
inline constexpr std::uint32_t kOpenDisputesMax = 100;
/// Nobody's money is frozen for ever: a dispute that is not decided by then ends for the supplier.
inline constexpr Duration kDisputeLapsesAfter = seconds(std::int64_t{30} * 86'400);
/// A supplier that has not answered a declared payment by then has received it.
inline constexpr Duration kPaymentAnswerWindow = seconds(std::int64_t{10} * 86'400);
/// So many payments of one bill may be denied before one is received.
inline constexpr std::uint32_t kDenialsMax = 16;
inline constexpr std::size_t kReasonBytesMax = 200;
inline constexpr std::size_t kEvidenceMax = 16;
inline constexpr std::size_t kEvidenceBytesMax = 128;

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

/// What the buyer says it has paid to the supplier's own bank account, until the supplier answers.
struct DeclaredPayment {
    Money amount;  ///< In whole fen; 0: nothing is declared.
    std::string bank_reference;
    Instant declared_at;

    Instant answer_until() const { return declared_at + kPaymentAnswerWindow; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(amount, bank_reference, declared_at);
    }
};

/// What the supplier says has not come; officers may decide that it has.
struct DeniedPayment {
    DeclaredPayment declared;  ///< The last one; none once something was received.
    Instant denied_at;
    std::uint32_t denials = 0;  ///< Since something was received, this one too.

    bool is_set() const { return declared.amount > Money{0}; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(declared, denied_at, denials);
    }
};

/// What the supplier has received on its own bank account.
struct ReceivedPayment {
    Money amount;
    std::string bank_reference;  ///< Empty where the buyer declared none.
    Instant received_at;

    template <class Archive>
    void visit(Archive& archive) {
        archive(amount, bank_reference, received_at);
    }
};

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
    Instant due_at;      ///< Not before disputable_until.
    Instant collect_at;  ///< When the exchange next looks whether it can be paid.
    bool post_paid = false;
    bool paid_directly = false;  ///< On credit, and to the supplier's own bank account.
    DeclaredPayment declared;
    DeniedPayment denied;
    std::vector<ReceivedPayment> received;  ///< Together what is paid, if it is paid directly.
    Duration grace;         ///< On credit: overdue for longer, it ends its contract.
    Instant overdue_since;  ///< While it is overdue.
    TradeRole role = TradeRole::agent;
    std::uint32_t tax_basis_points = 0;      ///< VAT within the seller's prices.
    std::uint32_t fee_tax_basis_points = 0;  ///< VAT within the operator's fee.
    BillState state = BillState::open;
    Money charged;               ///< Above zero.
    Money supplier_share;        ///< Of all that was charged.
    Money fee_share;             ///< Likewise, with its tax.
    Money disputed;              ///< Frozen now.
    Money given_back;            ///< To the buyer, for good.
    Parts paid;                  ///< So far; always parts_of() their sum.
    std::uint32_t disputes = 0;  ///< That were ever opened.

    /// Neither paid nor given back.
    Money open() const { return charged - given_back - paid.sum(); }
    /// Of that, what nobody disputes, nor says to have paid.
    Money payable() const { return open() - disputed - declared.amount; }
    bool is_declared() const { return declared.amount > Money{0}; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(contract, order, buyer, supplier, currency, period, issued_at, disputable_until,
                due_at, collect_at, post_paid, paid_directly, declared, denied, received, grace,
                overdue_since, role, tax_basis_points, fee_tax_basis_points, state, charged,
                supplier_share, fee_share, disputed, given_back, paid, disputes);
    }
};

/// That a part of a bill is not owed, as its buyer says. It freezes that part until it has ended.
struct Dispute {
    BillId bill;
    ContractId contract;
    OrderId order;
    PartyId buyer;
    PartyId supplier;
    Currency currency;
    Money amount;  ///< Above zero, in whole fen.
    std::string reason;
    std::vector<std::string> evidence;
    DisputeState state = DisputeState::open;
    Instant opened_at;

    Instant lapses_at() const { return opened_at + kDisputeLapsesAfter; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(bill, contract, order, buyer, supplier, currency, amount, reason, evidence, state,
                opened_at);
    }
};

/// Why it is disputed, or was decided so: 1 to kReasonBytesMax bytes on one line.
/// @retval DISPUTE_REASON_INVALID
Result<void> check_reason(std::string_view text, std::string_view field);
/// References to what speaks for a dispute: each of 1 to kEvidenceBytesMax bytes on one line.
/// @retval EVIDENCE_INVALID
Result<std::vector<std::string>> read_evidence(std::vector<std::string> references);
/// May two officers give so much of it back?
/// @retval GIVEN_BACK_INVALID
Result<void> check_decision(const Dispute& dispute, Money given_back);

/// How `kept`, the part of a bill that the buyer pays, is shared out. It depends on the sum alone:
/// whatever the steps in which it is paid, their parts add up to the same, and neither supplier nor
/// fee nor tax ever pays back. What is cut off the fee is the supplier's; tax is rounded half up.
/// @param kept  0 to charged, in whole fen.
Parts parts_of(const Bill& bill, Money kept);

/// The bills that are not settled and the disputes that have not ended, and the numbers of all.
/// Moves no money: the exchange does.
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

    /// @retval BILL_NOT_FOUND, BILL_SETTLED
    Result<const Bill*> require(BillId id) const;
    /// So many bills of the buyer are overdue.
    std::uint32_t overdue(PartyId buyer) const {
        return static_cast<std::uint32_t>(overdue_of(buyer).size());
    }
    /// They themselves, the oldest first.
    const std::set<BillId>& overdue_of(PartyId buyer) const;

    /// The exchange will look at it then, and not before.
    void collect_from(BillId id, Instant at) { bills_.at(id).collect_at = at; }
    /// May the buyer pay a bill on credit now, through the exchange? Returns how much.
    /// @retval BILL_NOT_FOUND, BILL_SETTLED, BILL_NOT_ON_CREDIT, BILL_PAID_DIRECTLY,
    /// NOTHING_PAYABLE
    Result<Money> check_pay(BillId id) const;
    /// The bill's payable part is paid: what goes to whom now.
    Parts pay(BillId id);
    /// May the buyer say that what is payable was paid directly?
    /// @retval BILL_NOT_FOUND, BILL_SETTLED, BILL_PAID_HERE, PAYMENT_DECLARED, NOTHING_PAYABLE,
    ///         DECLARATIONS_EXHAUSTED
    Result<void> check_declaration(BillId id) const;
    /// It says so. @pre check_declaration() holds.
    void declare(BillId id, std::string bank_reference, Instant now);
    /// May officers decide about what was denied? Returns how much of that is payable.
    /// @retval BILL_NOT_FOUND, BILL_SETTLED, BILL_PAID_HERE, PAYMENT_DECLARED, NO_PAYMENT_DENIED
    Result<Money> check_denied(BillId id) const;
    /// How so much more is shared out once it is paid. Where the supplier receives it directly, it
    /// owes all but its part. A rounding below zero comes from the exchange first.
    Parts parts_if_paid(BillId id, Money amount) const;
    /// The supplier has received what was declared or, if nothing is, so much of what is payable.
    void receive(BillId id, ReceivedPayment payment);
    /// What was declared has not come: the bill is payable as before. @pre Something is declared.
    void deny(BillId id, Instant now);
    /// Its buyer's cash does not cover it. @pre It is on credit, open and due.
    void fall_overdue(BillId id, Instant now);

    /// May the buyer dispute so much of a bill?
    /// @retval BILL_NOT_FOUND, BILL_SETTLED, DISPUTE_WINDOW_OVER, DISPUTE_AMOUNT_INVALID,
    ///         DISPUTES_EXHAUSTED, OPEN_DISPUTES_EXHAUSTED
    Result<void> check_dispute(BillId id, Money amount, Instant now) const;
    /// Freezes a part of the bill. @pre check_dispute() holds.
    DisputeId open_dispute(Dispute dispute);
    const Dispute* find_dispute(DisputeId id) const { return disputes_.find(id); }
    /// How many of each party's disputes are open; parties with none are not in it.
    const std::map<PartyId, std::uint32_t>& open_of() const { return open_of_; }
    bool was_opened(DisputeId id) const { return disputes_.was_issued(id); }
    /// @retval DISPUTE_NOT_FOUND, DISPUTE_CLOSED
    Result<const Dispute*> require_dispute(DisputeId id) const;
    /// Gives back of what was frozen, frees the rest, and forgets the dispute. Returns it as it
    /// ended. @pre check_decision() holds.
    Dispute end_dispute(DisputeId id, DisputeStep step, Money given_back);
    /// Gives the next number to a credit note, which is not kept here.
    BillId number_credit_note() { return bills_.skip(); }

    /// After a payment or a dispute: settles a bill of which nothing is open. One that is overdue,
    /// and all the rest of which is disputed, is overdue no more.
    void settle(BillId id);
    /// Forgets a settled bill; its number stays taken.
    void forget(BillId id);

    const IdTable<BillId, Bill>& bills() const { return bills_; }
    const IdTable<DisputeId, Dispute>& disputes() const { return disputes_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(bills_, disputes_);
        if constexpr (Archive::kReads) {
            if (!add_up()) archive.fail();
            find_overdue();
            count_open();
        }
    }

  private:
    void take(BillId id, BillStep step);
    void find_overdue();
    void count_open();
    /// Whether what was read can be counted with.
    bool add_up() const;

    IdTable<BillId, Bill> bills_;
    IdTable<DisputeId, Dispute> disputes_;
    std::map<PartyId, std::set<BillId>> overdue_;  ///< Of bills_, where there are any.
    std::map<PartyId, std::uint32_t> open_of_;     ///< Of disputes_, likewise.
};

/// Every bill's sums are in range, whole fen, and shared out as they should be.
std::vector<std::string> broken_invariants(const Bills& bills);

}  // namespace penstock::billing
