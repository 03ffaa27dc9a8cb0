#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "penstock/v1/contract.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// Warnings come at runways of so many days.
constexpr std::int64_t kNsPerDay = 86'400'000'000'000;

/// With rolling escrow, what a billing period was charged was in escrow when it began; escrow rises
/// by what is topped up and nothing else, and that is the buyer's; whatever is covered no longer is
/// suspended, charged for no time then, and goes on or ends in time, on the buyer's side.
class RollingEscrow final : public Checker {
  public:
    std::string_view name() const override { return "rolling_escrow"; }

    void on_command(const Record& record) override {
        std::map<std::string, std::int64_t> topped_up;
        for (const v1::Event& event : record.events) {
            if (event.has_sale_terms_set()) {
                const v1::SaleTerms& terms = event.sale_terms_set().terms();
                terms_[{event.sale_terms_set().product(), terms.version()}] =
                    terms.rolling_escrow();
            }
            // Of what is set aside whole, change orders move it, as changes.cpp sees to.
            const v1::ChangeOrder& change = event.change_order_changed();
            if (change.state() == v1::CHANGE_ORDER_AGREED)
                agree(change.contract(), change.additional().micros() - change.released().micros());
            if (event.transfer_posted().purpose() == "escrow_top_up")
                topped_up[event.transfer_posted().subject()] +=
                    event.transfer_posted().amount().micros();
            if (event.has_contract_changed())
                follow(event.contract_changed(), topped_up, record.at());
            if (event.has_plan_charged()) charge(event.plan_charged());
            if (event.has_runway_warning()) warn(event.runway_warning(), record.at());
        }
        for (const auto& [id, micros] : topped_up)
            check(micros == 0, id, "is topped up, and its escrow is not");
        if (record.is_tick()) return;
        for (const auto& [id, contract] : contracts_) look(id, contract, record.at());
    }

  private:
    struct Contract {
        bool is_rolling = false;
        std::int64_t grace = 0;
        v1::ContractState state = v1::CONTRACT_STATE_UNSPECIFIED;
        std::int64_t escrow = 0;
        std::int64_t accrued = 0;
        std::int64_t covered_until = 0;  ///< 0 until it begins.
        std::int64_t end = 0;            ///< Of the time that is charged.
        std::int64_t suspended_since = 0;
        std::int64_t suspended_until = 0;  ///< Of the last suspension.
        std::int64_t resumed_at = 0;
        /// Each time of a suspension that is over.
        std::vector<Interval> suspensions;
        /// What was in escrow when so much was covered first.
        std::map<std::int64_t, std::int64_t> escrow_by_reach;
    };

    void agree(const std::string& id, std::int64_t more) {
        const auto found = contracts_.find(id);
        if (found == contracts_.end()) return;
        check(!found->second.is_rolling, id, "is changed though its escrow rolls");
        found->second.escrow += more;
    }

    void follow(const v1::Contract& contract, std::map<std::string, std::int64_t>& topped_up,
                Instant at) {
        if (!contract.has_by_plan()) return;
        const std::string& id = contract.id();
        const v1::PlanPurchase& by_plan = contract.by_plan();
        if (contract.state() == v1::CONTRACT_ORDERED) {
            const v1::RollingEscrow& terms =
                terms_[{contract.product(), by_plan.sale_terms_version()}];
            Contract& known = contracts_[id];
            known.is_rolling = terms.periods() > 0 && !by_plan.post_paid();
            known.grace = terms.grace_ns();
            known.escrow = contract.escrow().micros();
        }
        const auto found = contracts_.find(id);
        if (found == contracts_.end()) return;
        Contract& known = found->second;
        const std::int64_t raised = contract.escrow().micros() - known.escrow;
        check(raised == std::exchange(topped_up[id], 0), id,
              "its escrow rises by other than what is topped up");
        check(known.is_rolling || raised == 0, id, "all was set aside, and more is taken");
        known.escrow = contract.escrow().micros();
        known.end = by_plan.charged_time().end_ns();
        take_step(contract, known, at);
        if (by_plan.covered_until_ns() > known.covered_until)
            known.escrow_by_reach[by_plan.covered_until_ns()] = known.escrow;
        known.covered_until = by_plan.covered_until_ns();
        if (contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED)
            contracts_.erase(found);
    }

    void take_step(const v1::Contract& contract, Contract& known, Instant at) {
        const std::string& id = contract.id();
        const v1::ContractState before = std::exchange(known.state, contract.state());
        const v1::PlanPurchase& by_plan = contract.by_plan();
        if (known.state == before) return;
        if (known.state == v1::CONTRACT_SUSPENDED_FOR_FUNDS) {
            known.suspended_since = by_plan.suspended_since_ns();
            check(known.is_rolling, id, "is suspended though all is set aside");
            check(known.covered_until <= known.suspended_since, id,
                  "is suspended while it is covered");
            begin_grace(id, known, by_plan.suspended_until_ns(), at);
        } else if (before == v1::CONTRACT_SUSPENDED_FOR_FUNDS) {
            if (known.state == v1::CONTRACT_ACTIVE) {
                known.resumed_at = at.ns;
                known.suspensions.push_back({Instant{known.suspended_since}, at});
                known.suspended_since = 0;
            } else {
                check(known.end <= known.suspended_since, id, "is charged after its suspension");
            }
            if (contract.close_reason() == v1::CLOSE_BUYER_OUT_OF_FUNDS)
                check(at.ns >= known.suspended_until, id, "ends before its grace");
        }
        check(contract.close_reason() != v1::CLOSE_BUYER_OUT_OF_FUNDS ||
                  before == v1::CONTRACT_SUSPENDED_FOR_FUNDS || before == v1::CONTRACT_CLOSING,
              id, "ends for want of money, and was not suspended");
    }

    /// It counts from when the exchange suspends it; and is what the last one left, unless a whole
    /// period was paid between, which takes a day at least.
    void begin_grace(const std::string& id, Contract& known, std::int64_t until, Instant at) {
        const std::int64_t from = std::max(known.suspended_since, at.ns);
        const std::int64_t left = known.suspended_until - known.resumed_at;
        const bool may_be_whole =
            known.resumed_at == 0 || known.suspended_since - known.resumed_at >= kNsPerDay;
        check((may_be_whole && until == from + known.grace) ||
                  (known.resumed_at != 0 && until == from + std::max<std::int64_t>(left, 0)),
              id, "its grace is another");
        known.suspended_until = until;
    }

    void charge(const v1::PlanCharged& charged) {
        const auto found = contracts_.find(charged.contract());
        if (found == contracts_.end() || !found->second.is_rolling) return;
        Contract& known = found->second;
        const std::string& id = charged.contract();
        known.accrued += charged.amount().micros();
        if (known.suspended_since != 0)
            check(charged.period().end_ns() <= known.suspended_since, id,
                  "is charged for the time of its suspension");
        const Interval period{Instant{charged.period().start_ns()},
                              Instant{charged.period().end_ns()}};
        for (const Interval& suspension : known.suspensions)
            check(period.end <= suspension.start || period.start >= suspension.end, id,
                  "is charged for the time of a suspension that is over");
        const auto reach = known.escrow_by_reach.lower_bound(charged.period().end_ns());
        if (reach == known.escrow_by_reach.end())
            return check(false, id, "is charged for a period that was never covered");
        check(known.accrued <= reach->second, id,
              "is charged more than was in escrow before its period began");
    }

    void warn(const v1::RunwayWarning& warning, Instant at) {
        const auto found = contracts_.find(warning.contract());
        if (found == contracts_.end())
            return check(false, warning.contract(), "is warned of, and does not live");
        const Contract& known = found->second;
        const std::int64_t left = warning.lasts_until_ns() - at.ns;
        check(left < warning.days() * kNsPerDay && warning.lasts_until_ns() < known.end &&
                  warning.lasts_until_ns() >= known.covered_until,
              warning.contract(), "is warned of for no reason");
    }

    /// No tick is due: what should have been seen to is.
    void look(const std::string& id, const Contract& known, Instant at) {
        if (!known.is_rolling) return;
        if (known.state == v1::CONTRACT_ACTIVE && known.covered_until != 0)
            check(known.covered_until > at.ns || known.covered_until >= known.end, id,
                  "works for nothing: its escrow does not cover the time");
        if (known.state == v1::CONTRACT_SUSPENDED_FOR_FUNDS)
            check(at.ns < known.suspended_until || known.end <= at.ns, id,
                  "is suspended beyond its grace");
    }

    std::map<std::pair<std::string, std::uint32_t>, v1::RollingEscrow> terms_;
    std::map<std::string, Contract> contracts_;  ///< By plan, that are not final.
};

}  // namespace

std::unique_ptr<Checker> rolling_escrow_checker() {
    return std::make_unique<RollingEscrow>();
}

}  // namespace penstock::sim
