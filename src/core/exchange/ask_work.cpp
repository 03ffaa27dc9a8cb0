#include <algorithm>
#include <ranges>
#include <set>
#include <string>

#include "base/assert.h"
#include "base/try.h"
#include "core/exchange/describe.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/page.h"
#include "core/exchange/result_band.h"

namespace penstock::exchange {
namespace {

/// A profile is measured anew when less than this is left of it.
constexpr Duration kMeasureAhead = seconds(3 * 24 * 3'600);
/// Each is as large as the contracts of its order.
constexpr std::uint32_t kTrialPageMax = 50;

void add_assignment(const State& state, AttemptId id, v1::PullWorkResponse& response) {
    const task::Attempt& attempt = state.tasks.attempt(id);
    const task::Task& task = state.tasks.task(attempt.task);
    v1::Assignment* out = response.add_assignments();
    out->set_attempt(id.text());
    out->set_attempt_number(attempt.number);
    out->set_task(attempt.task.text());
    out->set_workload(task.workload.text());
    out->set_contract(attempt.contract.text());
    out->set_index(task.index);
    out->set_stop(attempt.is_asked_to_stop);
    const bool readable =
        out->mutable_spec()->ParseFromString(state.tasks.workload(task.workload).spec);
    PENSTOCK_ASSERT(readable);
}

void describe_trial(const State& state, WorkloadId id, v1::Trial& out) {
    describe(state, id, out.mutable_workload());
    const task::Workload& workload = state.tasks.workload(id);
    out.set_seconds(workload.trial_seconds);
    const contract::Order* order = state.contracts.find_order(workload.order);
    PENSTOCK_ASSERT(order != nullptr);
    // What a contract showed goes with it: then the trial as a whole is no ground any more.
    Instant holds_until = kLastInstant;
    Instant last_retires;
    std::size_t samples = 0;
    for (const ContractId contract_id : order->contracts) {
        const contract::Contract& contract = state.contracts.at(contract_id);
        const std::string product = contract.terms.product.text();
        if (std::ranges::find(out.products(), product) == out.products().end())
            out.add_products(product);
        if (!contract.is_final()) continue;
        last_retires = std::max(last_retires, contract.retire_at);
        samples += contract.samples.size();
        if (!contract.samples.empty()) holds_until = std::min(holds_until, contract.retire_at);
    }
    if (!workload.is_ended || last_retires == Instant{}) return;
    out.set_ended_at_ns((last_retires - contract::kRetention).ns);
    if (samples == workload.task_count) out.set_holds_until_ns(holds_until.ns);
}

}  // namespace

Result<void> get_contract(const View& view, const v1::GetContractRequest& request,
                          v1::Contract& response) {
    TRY_ASSIGN(const ContractId id, read_id<ContractId>(request.contract(), "contract"));
    const contract::Contract* contract = view.state.contracts.find(id);
    const PartyId caller = view.caller.party;
    const bool may_read = contract != nullptr &&
                          (contract->terms.buyer == caller || contract->terms.supplier == caller ||
                           caller == view.state.settings.exchange_operator);
    if (!may_read) return reject(kNotYours, "contract");
    describe(view.state, id, &response);
    return {};
}

Result<void> get_workload(const View& view, const v1::GetWorkloadRequest& request,
                          v1::GetWorkloadResponse& response) {
    TRY_ASSIGN(const WorkloadId id, read_id<WorkloadId>(request.workload(), "workload"));
    TRY_ASSIGN(const task::Workload* workload, view.state.tasks.require_workload(id));
    describe(view.state, id, response.mutable_workload());
    for (std::uint32_t i = 0; i < workload->task_count; ++i)
        describe(view.state, TaskId{workload->first_task.value + i}, response.add_tasks());
    return {};
}

Result<void> list_trials(const View& view, const v1::ListTrialsRequest& request,
                         v1::ListTrialsResponse& response) {
    TRY_ASSIGN(const Page page, read_page(request.page()));
    const std::uint32_t size = std::min(page.size, kTrialPageMax);
    const std::set<WorkloadId>& trials = view.state.tasks.trials_of(view.caller.party);
    const auto end = page.after == 0 ? trials.end() : trials.lower_bound(WorkloadId{page.after});
    response.mutable_page();
    WorkloadId last;
    for (const WorkloadId id : std::ranges::subrange(trials.begin(), end) | std::views::reverse) {
        if (response.trials_size() == static_cast<int>(size)) {
            response.mutable_page()->set_next_cursor(std::to_string(last.value));
            break;
        }
        describe_trial(view.state, id, *response.add_trials());
        last = id;
    }
    return {};
}

Result<void> pull_work(const View& view, const v1::PullWorkRequest& request,
                       v1::PullWorkResponse& response) {
    const State& state = view.state;
    TRY_ASSIGN(const AgentId id, read_id<AgentId>(request.agent(), "agent"));
    const party::Agent& agent = state.directory.agent(id);
    const auto desk = state.desks.find(id);
    PENSTOCK_ASSERT(desk != state.desks.end());
    response.set_version(desk->second.version);
    response.set_next_usage_number(state.meters.next_number(id));
    for (const AttemptId attempt : state.tasks.attempts_of(id))
        add_assignment(state, attempt, response);
    for (const ContractId contract_id : desk->second.contracts) {
        const contract::Contract& contract = state.contracts.at(contract_id);
        if (contract.state != contract::State::ordered || contract.terms.by_hand) continue;
        v1::ContractOffer* offer = response.add_contracts();
        offer->set_contract(contract_id.text());
        offer->set_cores(contract.terms.cores);
        offer->mutable_term()->set_start_ns(contract.terms.term.start.ns);
        offer->mutable_term()->set_end_ns(contract.terms.term.end.ns);
        if (contract.terms.band.is_set())
            describe(state, contract.terms, offer->mutable_result_band());
    }
    const catalog::Pool& pool = state.catalog.pool(agent.pool);
    response.set_measure(pool.verified_profile(view.now + kMeasureAhead) == nullptr);
    return {};
}

}  // namespace penstock::exchange
