#include "app/client/trial_pools.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/client/print.h"
#include "core/contract/contracts.h"

namespace penstock::client {

namespace {

constexpr auto kTasksMin = static_cast<std::uint32_t>(contract::kSamplesMin);
constexpr auto kTasksMax = static_cast<std::uint32_t>(contract::kSamplesMax);
/// Beside its seconds, for its sandbox and for handing in what it made.
constexpr Duration kAroundATask = seconds(30);
/// Files that must travel, leases that must end.
constexpr Duration kReserve = seconds(300);

std::uint32_t tasks_for(const TrialWish& wish, std::uint32_t slots) {
    if (wish.tasks > 0) return wish.tasks;
    const std::uint32_t useful = std::max(wish.spec.array_size(), kTasksMin);
    return std::clamp(std::min(slots, useful), kTasksMin, kTasksMax);
}

}  // namespace

std::uint64_t TrialPool::results() const {
    std::uint64_t sum = 0;
    for (const v1::Task& task : state.tasks()) sum += task.results();
    return sum;
}

RemoteResult<TrialPool> trial_on(const v1::Product& product, const TrialWish& wish, Instant now) {
    TrialPool pool;
    pool.product = product;
    pool.unit = wish.spec.result_unit().name();
    const std::uint32_t slots = std::max(product.cores_free_now() / wish.spec.cpus(), 1U);
    pool.tasks = tasks_for(wish, slots);
    pool.at_once = std::min(slots, pool.tasks);
    const std::int64_t rounds = (pool.tasks + pool.at_once - 1) / pool.at_once;
    const Duration round = seconds(wish.seconds) + kAroundATask;

    contract::Terms terms;
    terms.cores = pool.at_once * wish.spec.cpus();
    terms.term = {now, now + contract::kAcceptWindow + kReserve + Duration{rounds * round.ns}};
    terms.price_per_core_hour = Money{product.price_per_core_hour().micros()};
    const auto bound = contract::Contracts::bound(terms);
    if (!bound) return refuse(bound.error());

    v1::OrderLine& line = *pool.order.add_lines();
    line.set_product(product.id());
    line.set_price_version(product.price_version());
    line.set_cores(terms.cores);
    line.mutable_term()->set_start_ns(terms.term.start.ns);
    line.mutable_term()->set_end_ns(terms.term.end.ns);
    pool.order.mutable_max_total()->set_micros(bound->micros);
    pool.order.mutable_max_total()->set_currency(product.price_per_core_hour().currency());
    pool.about_micros = std::min(
        multiply_divide_up(terms.price_per_core_hour.micros,
                           std::int64_t{pool.tasks} * wish.spec.cpus(), wish.seconds, 3'600),
        bound->micros);
    return pool;
}

v1::WorkloadSpec trial_spec(const TrialWish& wish, const TrialPool& pool) {
    v1::WorkloadSpec spec = wish.spec;
    spec.set_array_size(pool.tasks);
    spec.set_trial_seconds(wish.seconds);
    spec.clear_max_price();
    spec.clear_deadline_seconds();
    return spec;
}

std::string trial_line(const TrialPool& pool) {
    const std::string who =
        fmt::format("{} ({})", pool.product.supplier_name(), pool.product.name());
    if (!pool.is_submitted()) return who + ": not tried";
    const v1::Workload& workload = pool.state.workload();
    std::string line = fmt::format("{}: {} of {} done, {} running", who, workload.succeeded(),
                                   count_text(workload.tasks(), "task"), workload.running());
    if (workload.failed() > 0) line += fmt::format(", {} failed", workload.failed());
    if (workload.cancelled() > 0) line += fmt::format(", {} cancelled", workload.cancelled());
    return line + fmt::format("; {} so far", count_text(pool.results(), pool.unit));
}

}  // namespace penstock::client
