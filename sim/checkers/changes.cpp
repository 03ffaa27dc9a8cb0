#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/contract/change_states.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/terms.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// A contract by plan changes by change orders alone, and as these say: its end and what is set
/// aside for it when one is agreed to, its quantities when their time has come; each takes steps
/// that there are, by commands of those whose they are, and in time. Who gives notice is bound by
/// the terms of sale, the contract ends when it is over, and costs nothing after.
class Changes final : public Checker {
  public:
    std::string_view name() const override { return "changes"; }

    void on_command(const Record& record) override {
        moved_.clear();
        agreed_.clear();
        for (const v1::Event& event : record.events) {
            if (event.has_sale_terms_set())
                notices_[{event.sale_terms_set().product(),
                          event.sale_terms_set().terms().version()}] =
                    event.sale_terms_set().terms().notice_ns();
            if (event.has_transfer_posted()) {
                const v1::Transfer& transfer = event.transfer_posted();
                moved_[transfer.subject()][transfer.purpose()] += transfer.amount().micros();
            }
            if (event.has_change_order_changed()) follow(event.change_order_changed(), record);
            if (event.has_contract_changed()) follow(event.contract_changed(), record);
            if (event.has_plan_charged()) charge(event.plan_charged());
        }
        for (const auto& [id, change] : agreed_) check(false, id, "agreed to, and nothing changed");
        if (record.is_tick()) return;
        for (const auto& [id, change] : waiting_)
            check(change.lapses_at_ns() > record.at().ns, id, "waits on after its time");
    }

    void on_quiet() override {
        for (const auto& [id, change] : waiting_) check(false, id, "was never answered");
    }

  private:
    using Quantities = std::map<std::string, std::int64_t>;
    struct Contract {
        std::int64_t end = 0;
        std::int64_t escrow = 0;
        Quantities quantities;
        v1::PlannedQuantities planned;
        v1::Notice notice;
        bool post_paid = false;
        bool is_rolling = false;  ///< What is set aside follows its periods: rolling_escrow.cpp.
    };

    template <class Message>
    static Quantities quantities_of(const Message& from) {
        Quantities all;
        for (const v1::PlanQuantity& quantity : from.quantities())
            all[quantity.component()] = quantity.quantity();
        return all;
    }

    static bool is_edge(v1::ChangeOrderState from, v1::ChangeOrderState to) {
        return std::ranges::any_of(contract::kChangeEdges, [&](const contract::ChangeEdge& edge) {
            return static_cast<int>(edge.from) == from && static_cast<int>(edge.to) == to;
        });
    }

    /// Whether a command of this name may lead there.
    static bool may_lead_to(const std::string& method, v1::ChangeOrderState state) {
        switch (state) {
            case v1::CHANGE_ORDER_PROPOSED:
                return method == "ChangeService/ProposeChange";
            case v1::CHANGE_ORDER_AGREED:
                return method == "ChangeService/ProposeChange" ||
                       method == "ChangeService/AcceptChange";
            case v1::CHANGE_ORDER_DECLINED:
                return method == "ChangeService/DeclineChange";
            case v1::CHANGE_ORDER_WITHDRAWN:
                return method == "ChangeService/WithdrawChange";
            default:
                // Any that ends a contract, too.
                return !method.starts_with("ChangeService/");
        }
    }

    void follow(const v1::ChangeOrder& change, const Record& record) {
        const std::string& id = change.id();
        check(may_lead_to(record.command.method(), change.state()), id,
              "changes by another's command");
        if (change.state() == v1::CHANGE_ORDER_PROPOSED) {
            check(waiting_.emplace(id, change).second, id, "is proposed twice");
            const auto known = contracts_.find(change.contract());
            check(known != contracts_.end() && known->second.notice.party().empty(), id,
                  "changes what has ended, or will");
            return;
        }
        const auto known = waiting_.find(id);
        if (known == waiting_.end()) return check(false, id, "is answered twice");
        check(is_edge(known->second.state(), change.state()), id, "took a step that there is not");
        if (change.state() == v1::CHANGE_ORDER_AGREED) {
            check(record.at().ns < change.lapses_at_ns(), id, "is agreed to after its time");
            agreed_[change.contract()] = change;
        }
        waiting_.erase(known);
    }

    void follow(const v1::Contract& contract, const Record& record) {
        if (!contract.has_by_plan()) return;
        const std::string& id = contract.id();
        const v1::PlanPurchase& by_plan = contract.by_plan();
        if (contract.state() == v1::CONTRACT_ORDERED) {
            contracts_[id] = {contract.term().end_ns(),
                              contract.escrow().micros(),
                              quantities_of(by_plan),
                              {},
                              {},
                              by_plan.post_paid(),
                              false};
            return;
        }
        Contract& known = contracts_[id];
        known.is_rolling |= by_plan.covered_until_ns() != 0;
        change(known, contract);
        const Quantities now = quantities_of(by_plan);
        const bool is_final =
            contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED;
        // What was planned comes into force, unless the contract ends before.
        const bool is_in_force =
            known.planned.quantities_size() > 0 && !by_plan.has_planned() && !is_final;
        if (now != known.quantities || is_in_force)
            check(now == quantities_of(known.planned) && record.at().ns >= known.planned.from_ns(),
                  id, "buys what was not agreed to, or not yet");
        check(!is_final || !by_plan.has_planned(), id, "has ended, and plans on");
        known.quantities = now;
        known.planned = by_plan.planned();
        if (by_plan.has_notice()) give_notice(known, contract, record);
        check(contract.close_reason() != v1::CLOSE_SUPPLIER_NOTICE ||
                  (by_plan.has_notice() && by_plan.notice().party() == contract.supplier() &&
                   record.at().ns >= by_plan.notice().ends_at_ns()),
              id, "ends by a notice that is not over");
        if (is_final) contracts_.erase(id);
    }

    /// What an agreed change makes of a contract, and nothing else does.
    void change(Contract& known, const v1::Contract& contract) {
        const std::string& id = contract.id();
        if (const auto found = agreed_.find(id); found != agreed_.end()) {
            const v1::ChangeOrder& agreed = found->second;
            const std::int64_t more = agreed.additional().micros();
            const std::int64_t less = agreed.released().micros();
            check(more == 0 || less == 0, id, "costs both more and less");
            auto& moved = moved_[id];
            check(moved[known.post_paid ? "commitment" : "escrow"] == more, id,
                  "sets aside other than a change costs more");
            check(moved[known.post_paid ? "commitment_released" : "release"] == less, id,
                  "gives back other than a change costs less");
            check(agreed.term().end_ns() >= known.end, id, "is shortened by a change");
            known.end = agreed.term().end_ns();
            known.escrow += more - less;
            if (agreed.has_quantities())
                check(quantities_of(contract.by_plan().planned()) ==
                          quantities_of(agreed.quantities()),
                      id, "plans other than was agreed to");
            agreed_.erase(found);
        }
        check(contract.term().end_ns() == known.end, id, "ends when nobody agreed to");
        check(known.is_rolling || contract.escrow().micros() == known.escrow, id,
              "could cost what nobody agreed to");
    }

    void give_notice(Contract& known, const v1::Contract& contract, const Record& record) {
        const std::string& id = contract.id();
        const v1::Notice& notice = contract.by_plan().notice();
        if (!known.notice.party().empty()) {
            check(known.notice.SerializeAsString() == notice.SerializeAsString(), id,
                  "changes its notice");
            return;
        }
        const bool by_buyer = record.command.method() != "ContractService/GiveSupplierNotice";
        check(notice.party() == (by_buyer ? contract.buyer() : contract.supplier()), id,
              "is given notice by another");
        const std::int64_t agreed =
            notices_[{contract.product(), contract.by_plan().sale_terms_version()}];
        check(agreed > 0 && notice.given_at_ns() == record.at().ns &&
                  notice.ends_at_ns() == std::min(record.at().ns + agreed, known.end),
              id, "is given another notice than was agreed");
        known.notice = notice;
    }

    void charge(const v1::PlanCharged& charged) {
        const auto known = contracts_.find(charged.contract());
        if (known == contracts_.end() || known->second.notice.party().empty()) return;
        for (const v1::PlanCharge& row : charged.charges())
            check(row.interval().end_ns() <= known->second.notice.ends_at_ns(), charged.contract(),
                  "is charged for after its notice");
    }

    std::map<std::pair<std::string, std::uint32_t>, std::int64_t> notices_;
    std::map<std::string, Contract> contracts_;  ///< That are not final.
    std::map<std::string, v1::ChangeOrder> waiting_;
    std::map<std::string, v1::ChangeOrder> agreed_;  ///< By contract, in this command.
    std::map<std::string, std::map<std::string, std::int64_t>> moved_;  ///< In this command.
};

}  // namespace

std::unique_ptr<Checker> changes_checker() {
    return std::make_unique<Changes>();
}

}  // namespace penstock::sim
