#include "core/exchange/usage.h"

#include <set>
#include <string>

#include "base/hash.h"
#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/ids.h"
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
    const meter::Claim claim{record.cores(), {record.wall_ns()}, {record.cpu_ns()}};
    const meter::Known known{attempt->cores, attempt->metered_wall, attempt->metered_cpu,
                             context.now - attempt->assigned_at};
    TRY(meter::Meters::check_claim(claim, known));
    return CheckedUsage::Item{id, claim.wall, claim.cpu};
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
    std::set<AttemptId> seen;
    for (const v1::UsageRecord& record : batch.records()) {
        TRY_ASSIGN(const auto item, check_record(context, record, ended));
        if (!item) continue;
        if (!seen.insert(item->attempt).second)
            return reject(meter::kUsageMalformed, "usage.records", "An attempt stands twice.");
        usage.items.push_back(*item);
    }
    if (ended && !seen.contains(ended)) return reject(meter::kUsageFinalMissing, "usage.records");
    return usage;
}

void take_usage(Context& context, const CheckedUsage& usage) {
    const AgentId agent = context.caller.agent;
    context.state.meters.accept(agent, usage.number);
    for (const CheckedUsage::Item& item : usage.items)
        context.state.tasks.meter(item.attempt, item.wall, item.cpu);
    v1::UsageAccepted* accepted = context.events.fresh().mutable_usage_accepted();
    accepted->set_agent(agent.text());
    accepted->set_number(usage.number);
    accepted->set_records(usage.records);
    const Digest digest = digest_of(usage.body);
    accepted->set_statement_blake2b({reinterpret_cast<const char*>(digest.data()), digest.size()});
    context.events.emit();
}

void charge(Context& context, AttemptId id, std::uint64_t usage_number) {
    State& state = context.state;
    const task::Attempt& attempt = state.tasks.attempt(id);
    const contract::Contract& contract = state.contracts.at(attempt.contract);
    const contract::Terms& terms = contract.terms;
    const Duration wall =
        meter::Meters::billable(attempt.metered_wall, attempt.assigned_at, terms.term, context.now);
    const Money amount = state.contracts.accrue(
        attempt.contract, meter::Meters::rate(terms.price_per_core_hour, attempt.cores, wall));

    v1::BillLine* line = context.events.fresh().mutable_charged();
    line->set_contract(attempt.contract.text());
    line->set_task(attempt.task.text());
    line->set_task_index(state.tasks.task(attempt.task).index);
    line->set_attempt(id.text());
    line->set_supplier(terms.supplier.text());
    line->set_cores(attempt.cores);
    line->set_wall_ns(wall.ns);
    write_money(terms.price_per_core_hour, terms.currency, line->mutable_price_per_core_hour());
    line->set_price_version(terms.price_version);
    write_money(amount, terms.currency, line->mutable_amount());
    line->set_usage_number(usage_number);
    context.events.emit();
}

}  // namespace penstock::exchange
