#include <algorithm>
#include <optional>
#include <string>

#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/job.h"
#include "core/exchange/settle.h"
#include "core/exchange/usage.h"
#include "core/exchange/work.h"
#include "core/exchange/workload_spec.h"
#include "core/task/error.h"

namespace penstock::exchange {
namespace {

constexpr std::size_t kNoteMax = 500;

/// The state that a report ends an attempt in; empty for RUNNING.
Result<std::optional<task::AttemptState>> read_reported(const task::Attempt& attempt,
                                                        v1::AttemptState reported) {
    switch (reported) {
        case v1::ATTEMPT_RUNNING:
            if (attempt.state == task::AttemptState::running)
                return reject(task::kReportOutOfOrder, "state");
            return std::nullopt;
        case v1::ATTEMPT_CANCELLED:
            if (!attempt.is_asked_to_stop) return reject(task::kNotAskedToStop, "state");
            return task::AttemptState::cancelled;
        case v1::ATTEMPT_SUCCEEDED:
        case v1::ATTEMPT_FAILED:
        case v1::ATTEMPT_BROKEN:
            return static_cast<task::AttemptState>(reported);
        default:
            return reject(task::kReportInvalid, "state");
    }
}

/// On a contract with a result band runs what was tried alone.
Result<void> check_job(const State& state, const contract::ResultBand& band,
                       const task::NewWorkload& workload, const v1::WorkloadSpec& spec) {
    const std::string which = "The trial is " + band.trial.text() + ".";
    if (workload.trial_seconds > 0) return reject(contract::kOtherJob, "spec.trial_seconds", which);
    if (band.job == workload.job) return {};
    const task::Workload* trial = state.tasks.find_workload(band.trial);
    return reject(contract::kOtherJob, "spec",
                  trial == nullptr ? which : which + " " + say_job_difference(trial->spec, spec));
}

}  // namespace

Result<void> submit_workload(Context& context, const v1::SubmitWorkloadRequest& request,
                             v1::SubmitWorkloadResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const OrderId order_id, read_id<OrderId>(request.order(), "order"));
    TRY_ASSIGN(const contract::Order* order, state.contracts.require_order(order_id));
    if (order->workload) return reject(task::kOrderHasWorkload, "order");
    TRY_ASSIGN(task::NewWorkload workload, read_spec(request.spec()));
    bool any_alive = false;
    bool any_fits = false;
    for (const ContractId id : order->contracts) {
        const contract::Contract& contract = state.contracts.at(id);
        const bool alive =
            contract.state == contract::State::ordered || contract.state == contract::State::active;
        any_alive |= alive;
        const contract::ResultBand& band = contract.terms.band;
        if (alive && band.is_set()) TRY(check_job(state, band, workload, request.spec()));
        any_fits |= alive && !contract.terms.is_by_plan() && contract.terms.cores >= workload.cpus;
    }
    if (!any_alive) return reject(task::kOrderEnded, "order");
    if (!any_fits) return reject(task::kOrderTooSmall, "spec.cpus");

    workload.order = order_id;
    workload.buyer = context.caller.party;
    const WorkloadId id = state.tasks.open(std::move(workload));
    state.contracts.set_workload(order_id, id);
    emit_workload(context, id);
    assign_work(context, order_id);
    response.set_workload(id.text());
    return {};
}

Result<void> cancel_workload(Context& context, const v1::CancelWorkloadRequest& request,
                             v1::CancelWorkloadResponse&) {
    State& state = context.state;
    TRY_ASSIGN(const WorkloadId id, read_id<WorkloadId>(request.workload(), "workload"));
    TRY_ASSIGN(const task::Workload* workload, state.tasks.require_workload(id));
    if (workload->is_ended) return reject(task::kWorkloadEnded, "workload");
    state.tasks.cancel_waiting(id);
    stop_attempts_of(context, id);
    finish_workload(context, id, contract::CloseReason::buyer_cancelled);
    return {};
}

Result<void> report_attempt(Context& context, const v1::ReportAttemptRequest& request,
                            v1::ReportAttemptResponse&) {
    State& state = context.state;
    TRY_ASSIGN(const AttemptId id, read_id<AttemptId>(request.attempt(), "attempt"));
    TRY_ASSIGN(const task::Attempt* attempt, state.tasks.require_attempt(id));
    if (request.note().size() > kNoteMax)
        return reject(kRequestMalformed, "note", "At most 500 bytes.");
    TRY_ASSIGN(const auto ended, read_reported(*attempt, request.state()));
    if (!ended) {
        state.tasks.start(id, context.now);
        state.timers.set(state.tasks.attempt(id).report_by, TimerKind::attempt_report, id.value);
        emit_attempt(context, id, state.tasks.attempt(id), request.note());
        return {};
    }
    TRY_ASSIGN(auto outputs, read_outputs(request.outputs()));
    std::optional<CheckedUsage> usage;
    // A broken attempt may never have begun, and then has no usage to sign.
    if (task::is_charged(*ended) || request.has_usage()) {
        TRY_ASSIGN(usage, check_usage(context, request.usage(), id));
    }

    if (usage) take_usage(context, *usage);
    if (task::is_charged(*ended)) charge(context, id, *ended, usage->number);
#ifdef PENSTOCK_CANARY_DOUBLE_CHARGE  // Planted for the simulation alone.
    if (task::is_charged(*ended)) charge(context, id, *ended, usage->number);
#endif
    end_attempt(context, id, {*ended, request.exit_code(), std::move(outputs), request.note()});
    return {};
}

Result<void> submit_usage(Context& context, const v1::SubmitUsageRequest& request,
                          v1::SubmitUsageResponse& response) {
    TRY_ASSIGN(const CheckedUsage usage, check_usage(context, request.usage(), AttemptId{}));
    take_usage(context, usage);
    response.set_next_number(usage.number + 1);
    return {};
}

}  // namespace penstock::exchange
