#include <algorithm>
#include <string>
#include <utility>

#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/authorise.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/handlers.h"
#include "core/pricing/error.h"

namespace penstock::exchange {
namespace {

constexpr int kRecordsMax = 1'000;

/// Adds a record to copies of the rating and its component's counter.
Result<void> take_record(const Context& context, const contract::Terms& terms,
                         const v1::PlanUsage& record, PlanAccount& account,
                         std::vector<pricing::ChargeRow>& rows) {
    const pricing::PricePlan& plan = plan_of(context.state, terms);
    const auto components = plan.components();
    const auto found = std::ranges::find(components, record.component(), &pricing::Component::name);
    if (found == components.end()) return reject(pricing::kUsageComponentUnknown, "component");
    const auto index = static_cast<std::uint32_t>(found - components.begin());
    const std::int64_t ordered = terms.quantities[index];
    if (ordered == 0 || !is_reported(*found)) return reject(contract::kNotReported, "component");
    const Interval interval{Instant{record.interval().start_ns()},
                            Instant{record.interval().end_ns()}};
    if (interval.end > context.now) return reject(contract::kUsageInFuture, "interval.end_ns");
    Counter& counter = account.counters[index];
    if (interval.start < counter.reported_until)
        return reject(contract::kUsageOutOfOrder, "interval.start_ns");
    if (record.quantity() > ordered - counter.quantity)
        return reject(contract::kUsageAboveOrdered, "quantity",
                      "Left of the period: " + std::to_string(ordered - counter.quantity) + ".");
    TRY(account.rating.add(plan, {index, interval, record.quantity()}, rows));
    if (interval.start > counter.reported_until) {
        if (counter.gaps.size() >= kGapsMax)
            return reject(contract::kUsageTooScattered, "interval.start_ns");
        counter.gaps.push_back({counter.reported_until, interval.start});
    }
    counter.reported_until = interval.end;
    counter.quantity += record.quantity();
    return {};
}

}  // namespace

Result<void> report_usage(Context& context, const v1::ReportUsageRequest& request,
                          v1::ReportUsageResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const ContractId id,
               read_supplied_contract(state, context.caller, request.contract()));
    const contract::Contract& contract = state.contracts.at(id);
    if (!contract.terms.is_by_plan()) return reject(contract::kNotByPlan, "contract");
    const auto known = state.plan_accounts.find(id);
    if (known == state.plan_accounts.end())
        return reject(contract::kWrongState, "contract", "Its charges have not begun, or ended.");
    if (known->second.is_closed)
        return reject(contract::kWrongState, "contract", "It is suspended, and charged no more.");
    const std::uint64_t next = known->second.reports + 1;
    if (request.number() != next)
        return reject(request.number() < next ? contract::kReportReplayed : contract::kReportGap,
                      "number", "The next is " + std::to_string(next) + ".");
    if (request.records_size() < 1 || request.records_size() > kRecordsMax)
        return reject(contract::kReportSizeInvalid, "records");
    PlanAccount account = known->second;
    std::vector<pricing::ChargeRow> rows;
    for (int i = 0; i < request.records_size(); ++i) {
        auto taken = take_record(context, contract.terms, request.records(i), account, rows);
        if (!taken)
            return std::unexpected(
                std::move(taken).error().within("records[" + std::to_string(i) + "]"));
    }

    ++account.reports;
    known->second = std::move(account);
    charge_by_plan(context, id, known->second.rating.in_force(), rows, request.number());
    Money sum;
    for (const pricing::ChargeRow& row : rows) sum += row.amount;
    look_at_reports(context, id);
    write_money(sum, contract.terms.currency, response.mutable_charged());
    response.set_next_number(request.number() + 1);
    return {};
}

}  // namespace penstock::exchange
