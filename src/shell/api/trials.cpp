#include "shell/api/trials.h"

#include <map>
#include <set>
#include <string>

#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/ids.h"
#include "core/exchange/workload_spec.h"
#include "shell/api/error.h"

namespace penstock::shell {

namespace {

constexpr int kTrialsMax = 64;

/// The trial of this id, if it is the buyer's and of the job.
Result<const task::Workload*> find_trial(const exchange::State& state, WorkloadId id, PartyId buyer,
                                         const Digest& job, const std::string& field) {
    const task::Workload* workload = state.tasks.find_workload(id);
    if (workload == nullptr || workload->buyer != buyer)
        return reject(contract::kTrialNotFound, field);
    if (!workload->is_trial) return reject(kNotATrial, field);
    if (workload->job != job) return reject(kTrialOfAnotherJob, field);
    return workload;
}

/// All contracts of an order for one product count together, as for result bands.
void add_trials(const exchange::State& state, WorkloadId id, const task::Workload& workload,
                std::vector<plan::Trial>& trials) {
    const contract::Order* order = state.contracts.find_order(workload.order);
    if (order == nullptr) return;
    std::map<ProductId, std::size_t> places;
    for (const ContractId contract_id : order->contracts) {
        const contract::Contract& contract = state.contracts.at(contract_id);
        if (contract.terms.is_by_plan()) continue;
        const auto [place, is_new] = places.try_emplace(contract.terms.product, trials.size());
        if (is_new) trials.emplace_back();
        plan::Trial& trial = trials[place->second];
        trial.workload = id.text();
        trial.product = contract.terms.product.text();
        trial.samples.insert(trial.samples.end(), contract.samples.begin(), contract.samples.end());
        trial.charged += contract.is_final() ? contract.charged : contract.accrued;
        trial.has_ended = workload.is_ended;
        trial.has_failures = workload.succeeded < workload.task_count;
    }
}

}  // namespace

Result<std::vector<plan::Trial>> read_trials(const exchange::State& state,
                                             const v1::PlanWorkloadRequest& request,
                                             PartyId buyer) {
    if (request.trials_size() > kTrialsMax) return reject(kTooManyTrials, "trials");
    std::vector<plan::Trial> trials;
    if (request.trials().empty()) return trials;
    const Digest job = exchange::job_of(request.spec());
    std::set<WorkloadId> seen;
    for (int i = 0; i < request.trials_size(); ++i) {
        const std::string field = "trials[" + std::to_string(i) + "]";
        TRY_ASSIGN(const WorkloadId id, exchange::read_id<WorkloadId>(request.trials(i), field));
        TRY_ASSIGN(const task::Workload* const workload, find_trial(state, id, buyer, job, field));
        if (seen.insert(id).second) add_trials(state, id, *workload, trials);
    }
    return trials;
}

}  // namespace penstock::shell
