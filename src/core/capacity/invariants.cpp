#include "core/capacity/invariants.h"

#include <algorithm>
#include <map>

#include "core/capacity/walker.h"

namespace penstock::capacity {
namespace {

void check_schedule(std::vector<std::string>& broken, const std::string& name,
                    const Schedule& schedule, Instant from) {
    Walker offered(schedule.offered(), from);
    Walker promised(schedule.promised(), from);
    Walker overhang(schedule.overhang(), from);
    for (Instant now = from; now < Walker::kNever;) {
        const auto at = [&] {
            return "capacity: " + name + " at " + std::to_string(now.ns) + ": ";
        };
        if (offered.value() < 0 || offered.value() > kCoresMax) {
            broken.push_back(at() + "what is offered is in range");
        }
        if (promised.value() < 0) broken.push_back(at() + "no fewer than no cores are promised");
        if (promised.value() > offered.value() + overhang.value()) {
            broken.push_back(at() + "no more is promised than exists");
        }
        if (overhang.value() > std::max<std::int64_t>(0, promised.value() - offered.value())) {
            broken.push_back(at() + "no more is owed beyond the offer than was promised");
        }
        now = std::min({offered.next_step(), promised.next_step(), overhang.next_step()});
        offered.advance_to(now);
        promised.advance_to(now);
        overhang.advance_to(now);
    }
}

/// Takes `function`, from `from` on, away from `rest`.
void subtract(StepFunction& rest, const StepFunction& function, Instant from) {
    Walker walker(function, from);
    for (Instant now = from; now < Walker::kNever; walker.advance_to(now)) {
        const Instant next = walker.next_step();
        if (walker.value() != 0) rest.add({now, next}, -walker.value());
        now = next;
    }
}

}  // namespace

std::vector<std::string> broken_invariants(const Capacity& capacity) {
    std::vector<std::string> broken;
    std::map<PoolId, StepFunction> unexplained;
    for (const auto& [id, pool] : capacity.pools()) {
        check_schedule(broken, id.text(), pool.schedule, capacity.kept_from());
        unexplained.emplace(id, pool.schedule.promised());
        for (const ProductId product : pool.products) {
            const auto found = capacity.products().find(product);
            if (found == capacity.products().end() || found->second.pool != id) {
                broken.push_back("capacity: " + id.text() + ": " + product.text() +
                                 " is a product of the pool");
            }
        }
    }
    for (const auto& [id, product] : capacity.products()) {
        check_schedule(broken, id.text(), product.schedule, capacity.kept_from());
        const auto pool = capacity.pools().find(product.pool);
        if (pool == capacity.pools().end() || !pool->second.products.contains(id)) {
            broken.push_back("capacity: " + id.text() + ": its pool knows the product");
            continue;
        }
        subtract(unexplained[product.pool], product.schedule.promised(), capacity.kept_from());
    }
    for (const auto& [id, rest] : unexplained) {
        if (!rest.steps().empty()) {
            broken.push_back("capacity: " + id.text() +
                             ": a pool promises what its products promise");
        }
    }
    return broken;
}

}  // namespace penstock::capacity
