#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// No contract is made for cores that are not there: when it is, all that live contracts promise of
/// its pool, at every instant of its term, is within what the pool's verified profile shows, and
/// what they promise of its product within what the product lists.
///
/// The same of what a change would take, from when it is proposed.
///
/// Naive on purpose: a list of promises, added up at each of their beginnings.
class Capacity final : public Checker {
  public:
    std::string_view name() const override { return "capacity"; }

    void on_command(const Record& record) override {
        for (const v1::Event& event : record.events) {
            if (event.has_pool_changed()) {
                const v1::Pool& pool = event.pool_changed();
                pool_cores_[pool.id()] = pool.has_profile() ? pool.profile().cores() : 0;
            } else if (event.has_product_changed()) {
                const v1::Product& product = event.product_changed();
                product_cores_[product.id()] = product.listed() ? product.cores() : 0;
            } else if (event.has_price_plan_set()) {
                learn(event.price_plan_set());
            } else if (event.has_contract_changed()) {
                follow(event.contract_changed());
            }
        }
    }

  private:
    struct Promise {
        std::string pool;
        std::string product;
        std::int64_t start = 0;
        std::int64_t end = 0;
        std::uint64_t cores = 0;
    };

    void learn(const v1::PricePlanSet& set) {
        for (const v1::PriceComponent& component : set.plan().components()) {
            if (component.unit() == v1::PRICE_UNIT_CORE_HOUR)
                cores_[{set.product(), set.plan().version()}].insert(component.name());
        }
    }

    std::uint64_t cores_of(const v1::Contract& contract, const v1::PlannedQuantities& planned) {
        std::uint64_t sum = 0;
        for (const v1::PlanQuantity& quantity : planned.quantities()) {
            if (cores_[{contract.product(), contract.price_plan_version()}].contains(
                    quantity.component()))
                sum += static_cast<std::uint64_t>(quantity.quantity());
        }
        return sum;
    }

    void follow(const v1::Contract& contract) {
        const std::string& id = contract.id();
        promises_.erase(id);
        if (contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED)
            return;
        const auto promise = [&](std::int64_t start, std::int64_t end, std::uint64_t cores) {
            // One by plan may have no cores, and then promises nothing.
            if (cores > 0 && start < end)
                promises_.insert({id, {contract.pool(), contract.product(), start, end, cores}});
        };
        const v1::PlanPurchase& by_plan = contract.by_plan();
        const std::int64_t end = contract.term().end_ns();
        const std::int64_t seam = by_plan.has_planned() ? by_plan.planned().from_ns() : end;
        promise(contract.term().start_ns(), seam, contract.cores());
        if (by_plan.has_planned()) promise(seam, end, cores_of(contract, by_plan.planned()));
        const v1::ChangeOrder& change = by_plan.change_order();
        if (by_plan.has_change_order()) {
            const bool is_other = change.has_quantities();
            const std::uint64_t later =
                is_other ? cores_of(contract, change.quantities()) : contract.cores();
            if (is_other && later > contract.cores())
                promise(change.quantities().from_ns(), end, later - contract.cores());
            promise(end, change.term().end_ns(), later);
        }
        const bool is_new = contract.state() == v1::CONTRACT_ORDERED;
        const bool is_change = by_plan.has_change_order() && changes_.insert(change.id()).second;
        if (!is_new && !is_change) return;
        const auto [first, last] = promises_.equal_range(id);
        for (auto at = first; at != last; ++at) {
            // What was promised before stands, though less is offered since.
            if (!is_new && at == first) continue;
            const Promise& made = at->second;
            check(most(made, &Promise::pool) <= pool_cores_[contract.pool()], id,
                  "more is promised of its pool than was measured");
            check(most(made, &Promise::product) <= product_cores_[contract.product()], id,
                  "more is promised of its product than is listed");
        }
    }

    /// The most that is promised at one instant of a promise's term, of the same pool or product.
    std::uint64_t most(const Promise& within, std::string Promise::* of) const {
        std::uint64_t highest = 0;
        for (const auto& [id, candidate] : promises_) {
            if (candidate.*of != within.*of) continue;
            const std::int64_t at = std::max(candidate.start, within.start);
            if (at >= within.end || at >= candidate.end) continue;
            std::uint64_t sum = 0;
            for (const auto& [other_id, other] : promises_) {
                if (other.*of == within.*of && other.start <= at && at < other.end)
                    sum += other.cores;
            }
            highest = std::max(highest, sum);
        }
        return highest;
    }

    std::map<std::string, std::uint64_t> pool_cores_;
    std::map<std::string, std::uint64_t> product_cores_;
    std::multimap<std::string, Promise> promises_;  ///< By contract.
    std::set<std::string> changes_;                 ///< That were seen.
    std::map<std::pair<std::string, std::uint32_t>, std::set<std::string>>
        cores_;  ///< The components of plans that are cores.
};

}  // namespace

std::unique_ptr<Checker> capacity_checker() {
    return std::make_unique<Capacity>();
}

}  // namespace penstock::sim
