#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "penstock/v1/contract.pb.h"
#include "penstock/v1/price.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

__extension__ using Wide = __int128;
constexpr std::int64_t kNano = 1'000'000'000;
constexpr std::int64_t kNsPerHour = 3'600 * kNano;
constexpr std::int64_t kNsPerDay = 24 * kNsPerHour;
/// Whole seconds count where the calendar does, at each end of each period.
constexpr std::int64_t kCutNs = 6 * kNano;

/// Units × 10^-9 of a quantity as it is written: "1.5".
std::int64_t nanos_of(const std::string& text) {
    const bool negative = text.starts_with('-');
    std::int64_t value = 0;
    int decimals = -1;
    for (const char c : text.substr(negative ? 1 : 0)) {
        if (c == '.') {
            decimals = 0;
            continue;
        }
        value = value * 10 + (c - '0');
        if (decimals >= 0) ++decimals;
    }
    for (decimals = std::max(decimals, 0); decimals < 9; ++decimals) value *= 10;
    return negative ? -value : value;
}

bool is_usage(v1::PlanChargeKind kind) {
    return kind == v1::PLAN_CHARGE_USAGE || kind == v1::PLAN_CHARGE_COVERED;
}
bool is_estimate(v1::PlanChargeKind kind) {
    return kind == v1::PLAN_CHARGE_ESTIMATED || kind == v1::PLAN_CHARGE_ESTIMATE_COVERED;
}

/// A contract by plan is charged at the prices of the version that it froze; of what is counted,
/// for just what was reported, and with estimates no more than was ordered for the period; of what
/// lasts, for the time that the contract says. What it gives back for outages is in
/// service_levels.cpp.
class ByPlan final : public Checker {
  public:
    std::string_view name() const override { return "by_plan"; }

    void on_command(const Record& record) override {
        for (const v1::Event& event : record.events) {
            if (event.has_price_plan_set()) {
                const v1::PricePlan& plan = event.price_plan_set().plan();
                plans_[{event.price_plan_set().product(), plan.version()}] = plan;
            }
            if (event.has_change_order_changed()) change(event.change_order_changed());
            if (event.has_contract_changed()) follow(event.contract_changed(), record.at());
            if (event.has_plan_charged()) charge(event.plan_charged(), record);
        }
    }

  private:
    struct Bought {
        std::int64_t quantity = 0;
        std::int64_t nanos = 0;  ///< Charged in all.
        std::map<std::int64_t, std::int64_t> by_period;
        std::map<std::int64_t, std::int64_t> later;  ///< Quantities, by when a change began them.
    };
    struct Contract {
        const v1::PricePlan* plan = nullptr;
        std::map<std::string, Bought> bought;
        std::int64_t suspended_since = 0;  ///< 0 while it is not.
        std::int64_t suspended = 0;        ///< Before, in all.
        std::int64_t changes = 0;          ///< Agreed to.
    };

    static const v1::PriceComponent* find(const v1::PricePlan& plan, const std::string& name) {
        for (const v1::PriceComponent& component : plan.components()) {
            if (component.name() == name) return &component;
        }
        return nullptr;
    }

    static bool is_price(const v1::PriceComponent& component, const v1::PlanCharge& row) {
        const std::int64_t price = row.unit_price().micros();
        const auto place = static_cast<int>(row.place());
        switch (row.kind()) {
            case v1::PLAN_CHARGE_USAGE:
            case v1::PLAN_CHARGE_ESTIMATED:
                if (component.bands_size() > 0 && place > 0)
                    return place <= component.bands_size() &&
                           price == component.bands(place - 1).price_micros();
                return place < component.tiers_size() &&
                       price == component.tiers(place).price_micros();
            case v1::PLAN_CHARGE_COVERED:
            case v1::PLAN_CHARGE_ESTIMATE_COVERED:
                return price == 0;
            case v1::PLAN_CHARGE_BLOCK:
                return price == component.blocks().price_per_block_micros();
            case v1::PLAN_CHARGE_SHORTFALL:
                return price == component.commitment().shortfall_price_micros();
            default:
                return true;
        }
    }

    void charge(const v1::PlanCharged& charged, const Record& record) {
        const std::string& id = charged.contract();
        // Those by the core give back, too; result_bands.cpp looks at that.
        if (charged.charges_size() == 1 &&
            charged.charges(0).kind() == v1::PLAN_CHARGE_RESULT_CREDIT)
            return check(!contracts_.contains(id), id, "is by plan, and has a result band");
        const auto found = contracts_.find(id);
        if (found == contracts_.end()) return check(false, id, "is charged, and does not live");
        std::map<std::string, std::int64_t> used;
        for (const v1::PlanCharge& row : charged.charges()) {
            if (row.kind() == v1::PLAN_CHARGE_SLA_CREDIT) continue;
            const auto* component = find(*found->second.plan, row.component());
            if (component == nullptr)
                return check(false, id, "is charged for what its plan has not");
            check(is_price(*component, row), id, "is charged at a price that its plan has not");
            const std::int64_t nanos = nanos_of(row.quantity());
            const auto exact =
                static_cast<std::int64_t>(Wide{nanos} * row.unit_price().micros() / kNano);
            const std::int64_t off = row.amount().micros() - exact;
            check(off >= -2 && off <= 2, id, "an amount is not quantity times price");
            if (is_usage(row.kind())) used[row.component()] += nanos;
            if (!is_usage(row.kind()) && !is_estimate(row.kind())) continue;
            Bought& bought = found->second.bought[row.component()];
            bought.nanos += nanos;
            std::int64_t& in_period = bought.by_period[charged.period().start_ns()];
            in_period += nanos;
            if (component->missing_usage() != v1::MISSING_USAGE_COMMITTED && is_counted(*component))
                check(in_period <= bought.quantity * nanos_each(*component), id,
                      "is charged for more than was ordered for the period");
        }
        if (charged.report() > 0) compare(id, *found->second.plan, used, record);
    }

    /// What a report says is what it is charged for.
    void compare(const std::string& id, const v1::PricePlan& plan,
                 const std::map<std::string, std::int64_t>& used, const Record& record) {
        v1::ReportUsageRequest request;
        if (record.command.method() != "ContractService/ReportUsage" ||
            !request.ParseFromString(record.command.request()) || request.contract() != id)
            return check(false, id, "is charged by a report that this command is not");
        std::map<std::string, std::int64_t> reported;
        for (const v1::PlanUsage& usage : request.records()) {
            if (usage.quantity() > 0)
                reported[usage.component()] +=
                    usage.quantity() * nanos_each(*find(plan, usage.component()));
        }
        check(reported == used, id, "is charged for other usage than was reported");
    }

    static bool is_counted(const v1::PriceComponent& component) {
        return component.unit() == v1::PRICE_UNIT_JOB ||
               component.unit() == v1::PRICE_UNIT_GB_MOVED;
    }
    /// Of one job, or one byte.
    static std::int64_t nanos_each(const v1::PriceComponent& component) {
        return component.unit() == v1::PRICE_UNIT_JOB ? kNano : 1;
    }

    void change(const v1::ChangeOrder& change) {
        const auto found = contracts_.find(change.contract());
        if (change.state() != v1::CHANGE_ORDER_AGREED || found == contracts_.end()) return;
        ++found->second.changes;
        if (!change.has_quantities()) return;
        const std::int64_t from = change.quantities().from_ns();
        // What is not named is no longer bought.
        for (auto& [name, bought] : found->second.bought) bought.later[from] = 0;
        for (const v1::PlanQuantity& quantity : change.quantities().quantities())
            found->second.bought[quantity.component()].later[from] = quantity.quantity();
    }

    void follow(const v1::Contract& contract, Instant at) {
        if (!contract.has_by_plan()) return;
        if (contract.state() == v1::CONTRACT_ORDERED) {
            Contract& known = contracts_[contract.id()];
            known.plan = &plans_[{contract.product(), contract.price_plan_version()}];
            for (const v1::PlanQuantity& quantity : contract.by_plan().quantities())
                known.bought[quantity.component()].quantity = quantity.quantity();
        } else if (contract.state() == v1::CONTRACT_SETTLED) {
            const v1::Interval& time = contract.by_plan().charged_time();
            const std::int64_t suspended = contracts_[contract.id()].suspended;
            for (const auto& [name, bought] : contracts_[contract.id()].bought)
                check_time(contract.id(), name, bought, time, suspended);
        } else if (contract.state() == v1::CONTRACT_SUSPENDED_FOR_FUNDS) {
            contracts_[contract.id()].suspended_since = contract.by_plan().suspended_since_ns();
        } else if (contract.state() == v1::CONTRACT_ACTIVE) {
            Contract& known = contracts_[contract.id()];
            const std::int64_t since = std::exchange(known.suspended_since, 0);
            // One that never began was not charged before.
            const std::int64_t begun = contract.by_plan().charged_time().start_ns();
            if (since != 0) known.suspended += at.ns - std::max(since, begun);
        }
        if (contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED)
            contracts_.erase(contract.id());
    }

    void check_time(const std::string& id, const std::string& name, const Bought& bought,
                    const v1::Interval& charged, std::int64_t suspended) {
        const auto* component = find(*contracts_[id].plan, name);
        if (component == nullptr) return check(false, id, "bought what its plan has not");
        const bool by_day = component->unit() == v1::PRICE_UNIT_PORT_DAY;
        if (!by_day && component->unit() != v1::PRICE_UNIT_CORE_HOUR) return;
        const std::int64_t unit = by_day ? kNsPerDay : kNsPerHour;
        const auto time = static_cast<std::int64_t>(Wide{bought.nanos} * unit / kNano);
        std::int64_t expected = 0;
        std::int64_t quantity = bought.quantity;
        std::int64_t most = quantity;
        std::int64_t from = charged.start_ns();
        for (const auto& [at, later] : bought.later) {
            const std::int64_t until = std::clamp(at, from, charged.end_ns());
            expected += quantity * (until - from);
            from = until;
            quantity = later;
            most = std::max(most, later);
        }
        // What may be suspended is not changed.
        expected += quantity * (charged.end_ns() - from - suspended);
        const std::int64_t off = time - expected;
        const std::int64_t allowed = most * kCutNs * (1 + contracts_[id].changes);
        check(off >= -allowed && off <= allowed, id, "what lasts is charged for another time");
    }

    std::map<std::pair<std::string, std::uint32_t>, v1::PricePlan> plans_;
    std::map<std::string, Contract> contracts_;  ///< That are not final.
};

}  // namespace

std::unique_ptr<Checker> by_plan_checker() {
    return std::make_unique<ByPlan>();
}

}  // namespace penstock::sim
