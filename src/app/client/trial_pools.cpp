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

RemoteResult<TrialPool> trial_on(const v1::Product& product, const TrialWish& wish) {
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
    terms.term.end =
        terms.term.start + contract::kAcceptWindow + kReserve + Duration{rounds * round.ns};
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

void begin_at(TrialPool& pool, Instant now) {
    v1::Interval& term = *pool.order.mutable_lines(0)->mutable_term();
    term.set_end_ns(now.ns + term.end_ns() - term.start_ns());
    term.set_start_ns(now.ns);
}

void forget_order(TrialPool& pool) {
    ++pool.round;
    pool.order_id.clear();
    pool.state.Clear();
    begin_at(pool, Instant{0});
}

std::string going_on_text(const std::vector<TrialPool>& pools, const std::string& file,
                          const std::string& again) {
    std::string lines;
    std::string trials;
    std::string watch;
    std::string cancel;
    bool is_unsure = false;
    std::int64_t most = 0;
    for (const TrialPool& pool : pools) {
        const std::string& trial = pool.state.workload().id();
        if (!trial.empty()) trials.append(trials.empty() ? "" : ",").append(trial);
        if (!pool.is_dated() || (pool.is_submitted() && pool.is_over())) continue;
        const v1::Money& bound = pool.order.max_total();
        most += bound.micros();
        if (pool.order_id.empty()) {
            is_unsure = true;
            lines += fmt::format("  an order on {} that may have been placed, at most {}\n",
                                 pool.product.id(), money_text(bound));
            continue;
        }
        lines += fmt::format("  {} on {} ({}), at most {}\n",
                             trial.empty() ? "an order without its work" : trial, pool.product.id(),
                             pool.order_id, money_text(bound));
        if (!trial.empty()) watch += "  penstock watch " + trial + "\n";
        cancel += "  penstock orders cancel " + pool.order_id + "\n";
    }
    if (lines.empty()) return {};
    if (!trials.empty()) watch += fmt::format("  penstock plan -f {} --trials {}\n", file, trials);
    if (is_unsure) cancel += "  penstock orders cancel ORDER (`penstock orders` lists them)\n";
    std::string text = fmt::format(
        "\nNobody waits any longer, and nothing is cancelled. What of these has not ended goes on "
        "to its end, and is charged what runs, at most {}:\n{}",
        money_text(most, pools.front().order.max_total().currency()), lines);
    const std::string wait = again.empty() ? watch : "  " + again + "\n";
    if (!wait.empty()) text += "To go on waiting:\n" + wait;
    return text + "To cancel, and pay what ran until then:\n" + cancel;
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
