#include <algorithm>
#include <map>

#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// No contract is made for cores that are not there: when it is, all that live contracts promise of
/// its pool, at every instant of its term, is within what the pool's verified profile shows, and
/// what they promise of its product within what the product lists.
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

    void follow(const v1::Contract& contract) {
        if (contract.state() == v1::CONTRACT_SETTLED ||
            contract.state() == v1::CONTRACT_CANCELLED) {
            promises_.erase(contract.id());
            return;
        }
        // One by plan may have no cores, and then promises nothing.
        if (contract.state() != v1::CONTRACT_ORDERED || contract.cores() == 0) return;
        const Promise promise{contract.pool(), contract.product(), contract.term().start_ns(),
                              contract.term().end_ns(), contract.cores()};
        promises_[contract.id()] = promise;
        check(most(promise, &Promise::pool) <= pool_cores_[contract.pool()], contract.id(),
              "more is promised of its pool than was measured");
        check(most(promise, &Promise::product) <= product_cores_[contract.product()], contract.id(),
              "more is promised of its product than is listed");
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
    std::map<std::string, Promise> promises_;
};

}  // namespace

std::unique_ptr<Checker> capacity_checker() {
    return std::make_unique<Capacity>();
}

}  // namespace penstock::sim
