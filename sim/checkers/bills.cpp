#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/id.h"
#include "core/billing/bills.h"
#include "penstock/v1/contract.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

__extension__ using Wide = __int128;
constexpr std::int64_t kFen = 10'000;

/// Halves away from zero; of what is not below zero.
std::int64_t to_fen(std::int64_t micros) {
    return (micros + kFen / 2) / kFen * kFen;
}

/// Bills and credit notes are numbered without a gap; a bill charges what its contract accrued
/// since the one before, to the fen; nothing of it is paid before it is due, or while it is
/// disputed; what was paid and given back is what transfers moved, and adds up to what was charged;
/// supplier, fee and tax get the parts of it that follow from the contract's and the sale's terms,
/// whatever the steps were; one on credit is due as its terms say, frees as much credit as is paid
/// or given back, and ends its contract only after its grace; and when all is quiet every bill is
/// settled or, if it is collected, overdue.
class Bills final : public Checker {
  public:
    std::string_view name() const override { return "bills"; }

    void on_command(const Record& record) override {
        for (const v1::Event& event : record.events) {
            if (event.has_sale_terms_set()) learn(event.sale_terms_set());
            if (event.has_trade_role_allowed())
                roles_[event.trade_role_allowed().product()] = event.trade_role_allowed().role();
            if (event.has_fee_tax_set()) fee_tax_ = event.fee_tax_set().tax_basis_points();
            if (event.has_contract_changed()) learn(event.contract_changed());
        }
        // One command may bill several periods of a contract, each for what was charged before it.
        for (const v1::Event& event : record.events) {
            if (event.has_plan_charged())
                contracts_[event.plan_charged().contract()].accrued +=
                    event.plan_charged().amount().micros();
            if (event.has_charged())
                contracts_[event.charged().contract()].accrued += event.charged().amount().micros();
            if (event.has_transfer_posted()) move(event.transfer_posted());
            if (event.has_bill_changed())
                follow(event.bill_changed(), record.at(), record.command.method());
            if (event.has_dispute_changed()) follow(event.dispute_changed(), record.at());
            if (event.has_contract_changed() &&
                event.contract_changed().close_reason() == v1::CLOSE_BUYER_UNPAID)
                unpaid(event.contract_changed().id(), record.at());
        }
        for (const auto& [id, micros] : credited_) check(micros == 0, id, "credits for nothing");
        credited_.clear();
        for (const auto& [id, paid] : moved_) check(paid.empty(), id, "money moves untold");
        moved_.clear();
        for (const std::string& id : ended_) contracts_.erase(id);
        ended_.clear();
    }

    void on_quiet() override {
        for (const auto& [id, bill] : open_)
            check(bill.told.state() == v1::BILL_OVERDUE && !bill.told.paid_directly(), id,
                  "was never settled");
    }

  private:
    using Moved = std::map<std::string, std::int64_t>;  ///< By purpose.
    struct Contract {
        std::string product;
        std::uint32_t terms = 0;
        bool post_paid = false;
        std::int64_t fee_basis_points = 0;
        std::int64_t accrued = 0;
        std::int64_t charged = 0;  ///< Billed so far, as are the next two.
        std::int64_t supplier = 0;
        std::int64_t fee = 0;
    };
    struct Bill {
        v1::IssuedBill told;
        std::int64_t supplier_share = 0;
        std::int64_t fee_share = 0;
        std::int64_t grace_ns = 0;
        std::int64_t overdue_since_ns = 0;
    };

    /// A contract was ended because a bill of it stayed overdue.
    void unpaid(const std::string& contract, Instant at) {
        if (!unpaid_.insert(contract).second) return;
        bool is_unpaid = false;
        for (const auto& [id, bill] : open_)
            is_unpaid |= bill.told.contract() == contract &&
                         bill.told.state() == v1::BILL_OVERDUE &&
                         at.ns >= bill.overdue_since_ns + bill.grace_ns;
        check(is_unpaid, contract, "is ended as unpaid, and is not");
    }

    void learn(const v1::SaleTermsSet& set) {
        check(set.terms().role() == v1::TRADE_ROLE_AGENT ||
                  set.terms().role() == roles_[set.product()],
              set.product(), "is sold in a role to which the operator has not agreed");
        terms_[{set.product(), set.terms().version()}] = set.terms();
    }
    void learn(const v1::Contract& contract) {
        Contract& known = contracts_[contract.id()];
        known.product = contract.product();
        known.terms = contract.by_plan().sale_terms_version();
        known.post_paid = contract.by_plan().post_paid();
        known.fee_basis_points = contract.fee_basis_points();
        if (contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED)
            ended_.insert(contract.id());
    }

    void move(const v1::Transfer& transfer) {
        // Rounding goes either way; no other transfer touches its account.
        const bool is_rounding = transfer.purpose() == "rounding";
        if (!is_rounding) others_.insert({transfer.debit_account(), transfer.credit_account()});
        if (is_rounding && rounding_.empty()) {
            if (others_.contains(transfer.credit_account()))
                rounding_ = transfer.debit_account();
            else if (others_.contains(transfer.debit_account()))
                rounding_ = transfer.credit_account();
        }
        if (!transfer.subject().starts_with("bill_")) return;
        // Where a supplier has never had any cash, nothing tells its account from that of rounding.
        if (is_rounding && rounding_.empty()) {
            moved_[transfer.subject()]["unclear"] = transfer.amount().micros();
            return;
        }
        const bool adds = is_rounding && transfer.debit_account() == rounding_;
        const std::int64_t amount = transfer.amount().micros();
        moved_[transfer.subject()][transfer.purpose()] += adds ? -amount : amount;
    }

    void follow(const v1::IssuedBill& bill, Instant at, const std::string& method) {
        const std::string& id = bill.id();
        const auto number = BillId::parse(id);
        check(number.has_value(), id, "is no number");
        if (bill.kind() == v1::SETTLEMENT_CREDIT_NOTE) return credit(bill, number->value);
        Moved moved = std::move(moved_[id]);
        moved_.erase(id);
        const auto known = open_.find(id);
        if (known == open_.end()) {
            check(number->value == ++last_, id, "is not the next number");
            if (!issue(bill, at)) return;
        } else {
            check(same_terms(known->second.told, bill), id, "changes what it was issued for");
        }
        const v1::IssuedBill before = known == open_.end() ? v1::IssuedBill() : known->second.told;
        compare(before, bill, moved, at);
        if (paid(bill) != paid(before) && bill.paid_directly())
            check(is_said(before, paid(bill) - paid(before), at, method), id,
                  "is paid directly, and nobody has said so");
        check(paid(bill) < bill.charged().micros() - bill.given_back().micros() ||
                  bill.state() == v1::BILL_SETTLED,
              id, "is paid, and open");
        if (bill.state() == v1::BILL_OVERDUE) {
            check(bill.post_paid() && at.ns >= bill.due_at_ns(), id, "cannot be overdue");
            check(before.state() == v1::BILL_OVERDUE || !bill.has_declared(), id,
                  "is overdue, and its supplier is to answer");
            if (before.state() != v1::BILL_OVERDUE) open_[id].overdue_since_ns = at.ns;
        }
        open_[id].told = bill;
        last_told_[id] = bill;
        const std::int64_t kept = bill.charged().micros() - bill.given_back().micros();
        if (bill.state() != v1::BILL_SETTLED) return;
        check(paid(bill) == kept, id, "is settled, and not paid");
        open_.erase(id);
    }

    void credit(const v1::IssuedBill& note, std::uint64_t number) {
        check(number == ++last_, note.id(), "is not the next number");
        check(open_.contains(note.corrects()), note.id(), "corrects no open bill");
        check(note.state() == v1::BILL_SETTLED && note.charged().micros() < 0, note.id(),
              "is no credit note");
        credited_[note.corrects()] -= note.charged().micros();
    }

    /// What is disputed of a bill is what its open disputes say; and only a decision gives back.
    void follow(const v1::Dispute& dispute, Instant at) {
        const std::string& id = dispute.id();
        const auto known = disputes_.find(id);
        if (known == disputes_.end()) {
            const auto bill = open_.find(dispute.bill());
            check(dispute.state() == v1::DISPUTE_OPEN && bill != open_.end() &&
                      at.ns < bill->second.told.disputable_until_ns(),
                  id, "is opened about what cannot be disputed");
            disputes_[id] = dispute;
            frozen_[dispute.bill()] += dispute.amount().micros();
        } else {
            check(dispute.amount().micros() == known->second.amount().micros(), id,
                  "changes its amount");
            frozen_[dispute.bill()] -= dispute.amount().micros();
            given_[dispute.bill()] += dispute.given_back().micros();
            check(dispute.state() != v1::DISPUTE_LAPSED || at.ns >= known->second.lapses_at_ns(),
                  id, "lapses early");
            check(dispute.given_back().micros() == 0 || dispute.state() == v1::DISPUTE_DECIDED, id,
                  "gives back, and was not decided");
            check((dispute.given_back().micros() > 0) == !dispute.credit_note().empty(), id,
                  "gives back without a credit note, or the reverse");
            disputes_.erase(known);
        }
        const v1::IssuedBill& told = last_told_[dispute.bill()];
        check(told.disputed().micros() == frozen_[dispute.bill()] &&
                  told.given_back().micros() == given_[dispute.bill()],
              id, "its bill does not know of it");
        if (told.state() == v1::BILL_SETTLED) {
            check(frozen_[dispute.bill()] == 0, dispute.bill(), "is settled, and disputed");
            last_told_.erase(dispute.bill());
            frozen_.erase(dispute.bill());
            given_.erase(dispute.bill());
        }
    }

    /// What is issued must follow from its contract. False when nothing more can be said of it.
    bool issue(const v1::IssuedBill& bill, Instant at) {
        const std::string& id = bill.id();
        const auto found = contracts_.find(bill.contract());
        check(found != contracts_.end(), id, "is of no contract");
        if (found == contracts_.end()) return false;
        Contract& of = found->second;
        const std::int64_t charged = to_fen(of.accrued) - of.charged;
        check(charged > 0 && bill.charged().micros() == charged, id,
              "is not what its contract accrued");
        // Half to even, as accruals are.
        const Wide exact = Wide{of.accrued} * of.fee_basis_points;
        auto fee = static_cast<std::int64_t>(exact / 10'000);
        const auto rest = static_cast<std::int64_t>(exact % 10'000);
        if (rest > 5'000 || (rest == 5'000 && fee % 2 == 1)) ++fee;
        Bill& issued = open_[id];
        issued.told = bill;
        issued.fee_share = to_fen(fee) - of.fee;
        issued.supplier_share = to_fen(of.accrued - fee) - of.supplier;
        of.charged += charged;
        of.fee += issued.fee_share;
        of.supplier += issued.supplier_share;
        const v1::SaleTerms& terms = terms_[{of.product, of.terms}];
        check(bill.issued_at_ns() == at.ns, id, "was issued at another time");
        check(bill.disputable_until_ns() == at.ns + terms.dispute_window_ns(), id,
              "has another dispute window than its terms");
        check(bill.post_paid() == of.post_paid, id, "is paid in another way than its contract");
        check(bill.due_at_ns() == (of.post_paid ? at.ns + terms.post_paid().due_after_ns()
                                                : bill.disputable_until_ns()),
              id, "is due at another time than its terms say");
        issued.grace_ns = terms.post_paid().grace_ns();
        check(bill.paid_directly() == (of.post_paid && terms.post_paid().directly()), id,
              "is paid to another account than its terms say");
        check(bill.tax_basis_points() == terms.tax_basis_points(), id, "has another tax");
        const bool said = terms.role() != v1::TRADE_ROLE_UNSPECIFIED;
        check(bill.role() == (said ? terms.role() : v1::TRADE_ROLE_AGENT), id, "has another role");
        check(bill.fee_tax_basis_points() == fee_tax_, id, "has another tax of the fee");
        return true;
    }

    static bool same_terms(const v1::IssuedBill& a, const v1::IssuedBill& b) {
        return a.contract() == b.contract() && a.charged().micros() == b.charged().micros() &&
               a.due_at_ns() == b.due_at_ns() &&
               a.disputable_until_ns() == b.disputable_until_ns() && a.buyer() == b.buyer() &&
               a.supplier() == b.supplier() &&
               a.fee_tax_basis_points() == b.fee_tax_basis_points() &&
               a.period().start_ns() == b.period().start_ns() &&
               a.period().end_ns() == b.period().end_ns();
    }
    static std::int64_t paid(const v1::IssuedBill& bill) {
        return bill.paid_to_supplier().micros() + bill.operator_fee().micros() +
               bill.tax().micros() + bill.rounding().micros();
    }

    /// What may be declared of it.
    static std::int64_t payable(const v1::IssuedBill& bill) {
        return bill.charged().micros() - bill.given_back().micros() - bill.disputed().micros() -
               bill.declared().amount().micros() - paid(bill);
    }
    /// Has somebody said that so much was paid directly: the supplier, two officers of what it had
    /// denied, or by its silence the supplier again?
    static bool is_said(const v1::IssuedBill& before, std::int64_t amount, Instant at,
                        const std::string& method) {
        const std::int64_t declared = before.declared().amount().micros();
        const std::int64_t denied = std::min(before.denied().amount().micros(), payable(before));
        if (method == "CreditService/DecidePayment") return declared == 0 && amount == denied;
        if (method == "CreditService/AnswerPayment")
            return amount == (declared > 0          ? declared
                              : before.has_denied() ? denied
                                                    : payable(before));
        return declared == amount && at.ns >= before.declared().answer_until_ns();
    }

    void compare(const v1::IssuedBill& before, const v1::IssuedBill& bill, Moved& moved,
                 Instant at) {
        const std::string& id = bill.id();
        const auto differ = [&](const char* purpose, const v1::Money& was, const v1::Money& is) {
            return is.micros() - was.micros() != moved[purpose];
        };
        const std::int64_t rounded = bill.rounding().micros() - before.rounding().micros();
        const std::int64_t unclear = moved["unclear"];
        check((rounded - moved["rounding"] == unclear || moved["rounding"] - rounded == unclear) &&
                  (bill.paid_directly() ? moved["settlement"] == 0
                                        : !differ("settlement", before.paid_to_supplier(),
                                                  bill.paid_to_supplier())) &&
                  !differ("fee", before.operator_fee(), bill.operator_fee()) &&
                  !differ("tax", before.tax(), bill.tax()) &&
                  (bill.post_paid() || !differ("dispute", before.given_back(), bill.given_back())),
              id, "its transfers are not what it says");
        const std::int64_t released =
            paid(bill) + bill.given_back().micros() - paid(before) - before.given_back().micros();
        check(moved["commitment_released"] == (bill.post_paid() ? released : 0), id,
              "frees other credit");
        credited_[id] -= bill.given_back().micros() - before.given_back().micros();
        check(paid(bill) == paid(before) || bill.post_paid() || at.ns >= bill.due_at_ns(), id,
              "is paid before it is due");
        check(paid(bill) + bill.given_back().micros() + bill.disputed().micros() <=
                  bill.charged().micros(),
              id, "what is disputed is paid");
        compare_parts(open_[id], bill);
    }

    /// The same parts of what was paid so far, however it was paid.
    void compare_parts(const Bill& issued, const v1::IssuedBill& bill) {
        const Wide charged = bill.charged().micros() / kFen;
        const Wide fens = paid(bill) / kFen;
        const auto part = [&](std::int64_t whole) {
            return static_cast<std::int64_t>(Wide{whole / kFen} * fens / charged) * kFen;
        };
        const std::int64_t fee = part(issued.fee_share);
        const std::int64_t rest = bill.charged().micros() - issued.supplier_share;
        const std::int64_t not_supplier =
            rest > 0 ? part(rest) : (fens == charged ? rest : std::int64_t{0});
        const Wide rate = bill.fee_tax_basis_points();
        const Wide doubled = 2 * Wide{fee / kFen} * rate + 10'000 + rate;
        const auto tax = static_cast<std::int64_t>(doubled / (2 * (10'000 + rate))) * kFen;
        check(bill.operator_fee().micros() == fee - tax && bill.tax().micros() == tax &&
                  bill.paid_to_supplier().micros() == paid(bill) - not_supplier,
              bill.id(), "is shared out otherwise than it should be");
    }

    std::map<std::pair<std::string, std::uint32_t>, v1::SaleTerms> terms_;
    std::map<std::string, v1::TradeRole> roles_;  ///< By product: the last that was allowed.
    std::uint32_t fee_tax_ = 0;
    std::map<std::string, Contract> contracts_;  ///< That are not final.
    std::map<std::string, Bill> open_;
    std::map<std::string, v1::IssuedBill> last_told_;  ///< Of bills that are or were disputed, too.
    std::map<std::string, v1::Dispute> disputes_;      ///< That are open.
    std::map<std::string, std::int64_t> frozen_;       ///< By bill, by its disputes.
    std::map<std::string, std::int64_t> given_;
    std::map<std::string, std::int64_t> credited_;  ///< In this command, less what bills say.
    std::set<std::string> others_;                  ///< Accounts that are not the rounding account.
    std::string rounding_;                          ///< Empty before anything was rounded.
    std::map<std::string, Moved> moved_;            ///< In this command, and not told of yet.
    std::set<std::string> ended_;                   ///< In this command.
    std::set<std::string> unpaid_;                  ///< Contracts that ended so.
    std::uint64_t last_ = 0;
};

}  // namespace

std::unique_ptr<Checker> bills_checker() {
    return std::make_unique<Bills>();
}

}  // namespace penstock::sim
