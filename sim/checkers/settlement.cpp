#include <map>
#include <set>
#include <utility>

#include "core/contract/states.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

constexpr std::int64_t kMicrosPerFen = 10'000;
/// A contract whose last attempts are asked to report has so long.
constexpr Duration kReportGrace = seconds(60);
/// And one by plan, whose last usage may still be reported.
constexpr Duration kUsageGrace = seconds(1'201);
/// Those by plan are ended in turns.
constexpr Duration kTurn = seconds(600);

/// Halves away from zero.
std::int64_t to_fen(std::int64_t micros) {
    return (micros + kMicrosPerFen / 2) / kMicrosPerFen * kMicrosPerFen;
}

/// Every contract ends exactly once, by edges that exist, with a reason and in bounded time; what
/// it pays, at the end of a period or its own, is what was charged since, to the fen; what its
/// transfers moved is what it says, and empties its escrow; after its end no money moves for it.
class Settlement final : public Checker {
  public:
    std::string_view name() const override { return "settlement"; }

    void on_command(const Record& record) override {
        std::map<std::string, std::map<std::string, std::int64_t>> paid;  // Contract, purpose.
        for (const v1::Event& event : record.events) {
            if (event.has_transfer_posted()) {
                const v1::Transfer& transfer = event.transfer_posted();
                if (!transfer.subject().starts_with("ctr_")) continue;
                check(!ended_.contains(transfer.subject()), transfer.subject(),
                      "money moves for it after its end");
                paid[transfer.subject()][transfer.purpose()] += transfer.amount().micros();
            } else if (event.has_bill_changed()) {
                count(event.bill_changed());
            } else if (event.has_plan_charged()) {
                live_[event.plan_charged().contract()].accrued +=
                    event.plan_charged().amount().micros();
            } else if (event.has_contract_changed()) {
                follow(event.contract_changed(), paid[event.contract_changed().id()], record.at());
            }
        }
        if (record.is_tick()) return;
        for (const auto& [id, contract] : live_)
            check(contract.end_by > record.at(), id, "lives on after its term");
    }

    void on_quiet() override {
        for (const auto& [id, contract] : live_) check(false, id, "never ended");
    }

  private:
    using Paid = std::map<std::string, std::int64_t>;
    struct Live {
        v1::ContractState state = v1::CONTRACT_STATE_UNSPECIFIED;
        Instant end_by;
        Instant covered_until;
        std::int64_t accrued = 0;
        std::int64_t charged = 0;  ///< Of that, what was settled, to the fen.
        Paid paid;
        std::int64_t billed = 0;  ///< Of charged, what bills were issued for.
        bool has_bills = false;
        std::string refund = "refund";  ///< The purpose of what it gives back.
    };

    void count(const v1::IssuedBill& bill) {
        if (bill.kind() != v1::SETTLEMENT_BILL || !bills_.insert(bill.id()).second) return;
        check(live_.contains(bill.contract()), bill.id(), "is issued after its contract's end");
        live_[bill.contract()].billed += bill.charged().micros();
        live_[bill.contract()].has_bills = true;
    }

    void follow(const v1::Contract& contract, Paid& paid, Instant at) {
        const std::string& id = contract.id();
        check(!ended_.contains(id), id, "changes after its end");
        Live& known = live_[id];
        const bool by_plan = contract.has_by_plan();
        // A contract by plan tells of each period that it has settled.
        // So it does when its escrow covers a further period; rolling_escrow.cpp looks at that.
        const Instant covered{contract.by_plan().covered_until_ns()};
        const bool is_covered = covered != std::exchange(known.covered_until, covered);
        const bool is_no_step = by_plan && known.state == contract.state();
        // And of changes.
        const bool settles_period =
            is_no_step && !is_covered && contract.charged().micros() != known.charged;
        if (is_no_step) {
            // Nothing else.
        } else if (known.state == v1::CONTRACT_STATE_UNSPECIFIED) {
            check(contract.state() == v1::CONTRACT_ORDERED, id, "begins as something else");
        } else {
            check(is_edge(known.state, contract.state()), id, "took a step that there is not");
        }
        known.state = contract.state();
        if (contract.by_plan().post_paid()) known.refund = "commitment_released";
        known.end_by =
            Instant{contract.by_plan().has_notice() ? contract.by_plan().notice().ends_at_ns()
                                                    : contract.term().end_ns()};
        if (by_plan && contract.state() != v1::CONTRACT_ORDERED)
            known.end_by = known.end_by + kTurn;
        if (contract.state() == v1::CONTRACT_CLOSING)
            known.end_by = at + (by_plan ? kUsageGrace : kReportGrace);
        const bool is_settled = contract.state() == v1::CONTRACT_SETTLED;
        if (by_plan)
            check(contract.accrued().micros() == known.accrued, id,
                  "accrued other than its charges");
        else
            known.accrued = contract.accrued().micros();
        if (settles_period || is_settled) settle(id, known, paid);
        if (!is_settled && contract.state() != v1::CONTRACT_CANCELLED) return;
        check(contract.close_reason() != v1::CLOSE_REASON_UNSPECIFIED, id, "ended for no reason");
        if (is_settled) examine(contract, known);
        if (!is_settled)
            check(paid.empty() && known.paid.empty(), id, "was paid though it never began");
        live_.erase(id);
        ended_.insert(id);
    }

    static bool is_edge(v1::ContractState from, v1::ContractState to) {
        for (const contract::Edge& edge : contract::kEdges) {
            if (static_cast<int>(edge.from) == from && static_cast<int>(edge.to) == to) return true;
        }
        return false;
    }

    void settle(const std::string& id, Live& known, Paid& paid) {
        const std::int64_t charged = to_fen(known.accrued) - known.charged;
        check(charged >= 0, id, "takes back what was settled");
        if (known.has_bills) {
            known.charged += charged;
            check(known.billed == known.charged, id, "is billed for other than its charges");
            check(!paid.contains("settlement") && !paid.contains("fee"), id, "is paid twice");
            known.paid["refund"] += paid[known.refund];
            check(!paid.contains(known.refund == "refund" ? "commitment_released" : "refund"), id,
                  "gives back into the wrong purse");
            return paid.clear();
        }
        const std::int64_t rounding = charged - paid["settlement"] - paid["fee"];
        check(paid["rounding"] == (rounding < 0 ? -rounding : rounding), id,
              "its rounding was not booked");
        known.charged += charged;
        for (const auto& [purpose, micros] : paid)
            known.paid[purpose == known.refund ? "refund" : purpose] += micros;
        const std::int64_t kept = known.charged - known.paid["settlement"] - known.paid["fee"];
        check(kept >= -kMicrosPerFen && kept <= kMicrosPerFen, id,
              "more than a fen is rounded away");
        paid.clear();
    }

    void examine(const v1::Contract& contract, Live& known) {
        const std::string& id = contract.id();
        const std::int64_t refunded = contract.refunded().micros();
        check(contract.charged().micros() == known.charged, id,
              "charged other than its accrued sum, to the fen");
        check(known.charged + refunded == contract.escrow().micros(), id,
              "charged and refunded are not what was set aside");
        check(known.paid["refund"] == refunded, id, "its refund is not what it says");
        // What became of its bills, their own checker looks at.
        if (known.has_bills) return;
        check(known.paid["settlement"] == contract.paid_to_supplier().micros() &&
                  known.paid["fee"] == contract.operator_fee().micros(),
              id, "its transfers are not what it says");
    }

    std::map<std::string, Live> live_;
    std::set<std::string> ended_;
    std::set<std::string> bills_;  ///< That were issued.
};

}  // namespace

std::unique_ptr<Checker> settlement_checker() {
    return std::make_unique<Settlement>();
}

}  // namespace penstock::sim
