#include "core/exchange/usage.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/ids.h"
#include "core/exchange/result_band.h"
#include "core/meter/error.h"
#include "penstock/v1/statement.pb.h"

namespace penstock::exchange {
namespace {

/// The record as an item; empty when its attempt no longer holds a lease.
Result<std::optional<CheckedUsage::Item>> check_record(const Context& context,
                                                       const v1::UsageRecord& record,
                                                       AttemptId ended) {
    const State& state = context.state;
    TRY_ASSIGN(const AttemptId id, read_id<AttemptId>(record.attempt(), "usage.records.attempt"));
    const task::Attempt* attempt = state.tasks.find_attempt(id);
    if (attempt == nullptr) {
        if (!state.tasks.attempts().was_issued(id))
            return reject(meter::kUsageForeign, "usage.records.attempt");
        return std::nullopt;
    }
    if (attempt->agent != context.caller.agent || record.attempt_number() != attempt->number)
        return reject(meter::kUsageForeign, "usage.records.attempt");
    if (record.final() != (id == ended))
        return reject(record.final() ? meter::kUsageMalformed : meter::kUsageFinalMissing,
                      "usage.records.final");
    const meter::Claim claim{record.cores(),
                             {record.wall_ns()},
                             {record.cpu_ns()},
                             record.results(),
                             {record.results_wall_ns()}};
    const meter::Known known{attempt->cores, attempt->metered.wall, attempt->metered.cpu,
                             context.now - attempt->assigned_at, attempt->metered.results};
    TRY(meter::Meters::check_claim(claim, known));
    return CheckedUsage::Item{id,
                              {claim.wall, claim.cpu, record.memory_peak_bytes(), claim.results,
                               claim.results_wall, record.results_incomplete()}};
}

}  // namespace

Result<CheckedUsage> check_usage(const Context& context, const v1::SignedStatement& statement,
                                 AttemptId ended) {
    v1::UsageStatement batch;
    if (statement.type() != "usage" || !batch.ParseFromString(statement.body()) ||
        batch.agent() != context.caller.agent.text())
        return reject(meter::kUsageMalformed, "usage");
    if (static_cast<std::size_t>(batch.records_size()) > meter::kRecordsMax)
        return reject(meter::kUsageTooLarge, "usage.records");
    TRY(context.state.meters.check_number(context.caller.agent, batch.number()));

    CheckedUsage usage;
    usage.number = batch.number();
    usage.records = static_cast<std::uint32_t>(batch.records_size());
    usage.body = statement.body();
    std::vector<AttemptId> seen;
    for (const v1::UsageRecord& record : batch.records()) {
        TRY_ASSIGN(const auto item, check_record(context, record, ended));
        if (!item) continue;
        seen.push_back(item->attempt);
        usage.items.push_back(*item);
    }
    std::ranges::sort(seen);
    if (std::ranges::adjacent_find(seen) != seen.end())
        return reject(meter::kUsageMalformed, "usage.records", "An attempt stands twice.");
    if (ended && !std::ranges::binary_search(seen, ended))
        return reject(meter::kUsageFinalMissing, "usage.records");
    return usage;
}

void take_usage(Context& context, const CheckedUsage& usage) {
    const AgentId agent = context.caller.agent;
    context.state.meters.accept(agent, usage.number);
    for (const CheckedUsage::Item& item : usage.items)
        context.state.tasks.meter(item.attempt, item.metered);
    using Field = v1::UsageAccepted;
    const Digest digest = digest_of(usage.body);
    context.events.emit(v1::Event::kUsageAccepted, [&](MessageWriter& out) {
        out.id(Field::kAgentFieldNumber, agent);
        out.number(Field::kNumberFieldNumber, usage.number);
        out.number(Field::kRecordsFieldNumber, usage.records);
        out.text(Field::kStatementBlake2BFieldNumber,
                 {reinterpret_cast<const char*>(digest.data()), digest.size()});
    });
}

namespace {

/// What a task that succeeded says of its contract's results; only that it cannot tell where they
/// could not all be counted, since nobody is held to a wrong count.
void count_results(Context& context, const task::Attempt& attempt, Duration wall, Money charged) {
    State& state = context.state;
    const task::Metered& metered = attempt.metered;
    const task::Task& task = state.tasks.task(attempt.task);
    const task::Workload& workload = state.tasks.workload(task.workload);
    if (!metered.results_incomplete)
        state.contracts.deliver(attempt.contract, metered.results, charged);
    else if (!workload.result_unit.empty())
        state.contracts.deliver_uncounted(attempt.contract);
    if (workload.result_unit.empty() || !contract::is_sampled(task.index, workload.task_count))
        return;
    const auto cores = static_cast<std::int64_t>(attempt.cores);
    state.contracts.add_sample(
        attempt.contract,
        {metered.results_incomplete ? 0 : metered.results, Duration{wall.ns * cores},
         Duration{std::min(metered.results_wall, wall).ns * cores}});
}

}  // namespace

void charge(Context& context, AttemptId id, task::AttemptState ended, std::uint64_t usage_number) {
    State& state = context.state;
    const task::Attempt& attempt = state.tasks.attempt(id);
    const contract::Contract& contract = state.contracts.at(attempt.contract);
    const contract::Terms& terms = contract.terms;
    const Duration wall =
        meter::Meters::billable(attempt.metered.wall, attempt.assigned_at, terms.term, context.now);
    const Money amount = state.contracts.accrue(
        attempt.contract, meter::Meters::rate(terms.price_per_core_hour, attempt.cores, wall));

    if (ended == task::AttemptState::succeeded) count_results(context, attempt, wall, amount);

    using Field = v1::BillLine;
    context.events.emit(v1::Event::kCharged, [&](MessageWriter& out) {
        out.id(Field::kContractFieldNumber, attempt.contract);
        out.id(Field::kTaskFieldNumber, attempt.task);
        out.id(Field::kAttemptFieldNumber, id);
        out.id(Field::kSupplierFieldNumber, terms.supplier);
        out.number(Field::kCoresFieldNumber, attempt.cores);
        out.signed_number(Field::kWallNsFieldNumber, wall.ns);
        out.money(Field::kPricePerCoreHourFieldNumber, terms.price_per_core_hour, terms.currency);
        out.number(Field::kPriceVersionFieldNumber, terms.price_version);
        out.money(Field::kAmountFieldNumber, amount, terms.currency);
        out.number(Field::kUsageNumberFieldNumber, usage_number);
        out.number(Field::kTaskIndexFieldNumber, state.tasks.task(attempt.task).index);
        out.number(Field::kResultsFieldNumber, attempt.metered.results);
        if (tells_band_unit(state))
            out.number(Field::kResultsIncompleteFieldNumber, attempt.metered.results_incomplete);
    });
}

}  // namespace penstock::exchange
