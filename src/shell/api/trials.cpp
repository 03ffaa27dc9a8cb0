#include "shell/api/trials.h"

#include <map>
#include <set>
#include <string>

#include "base/text.h"
#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/error.h"
#include "core/exchange/job.h"
#include "shell/api/error.h"

namespace penstock::shell {

namespace {

constexpr int kTrialsMax = 64;

constexpr std::size_t kShownMax = 40;

Result<WorkloadId> read_workload_id(const std::string& text, const std::string& field) {
    const auto id = WorkloadId::parse(text);
    if (id) return *id;
    const bool is_plain = is_label(text, {.minimum = 1, .maximum = kShownMax});
    return reject(exchange::kIdInvalid, field,
                  "Trials are named by ids such as wl_7" +
                      (is_plain ? ", and this is \"" + text + "\"." : std::string(".")));
}

/// What the work that is named has to be of.
struct Wanted {
    const v1::WorkloadSpec& spec;
    Digest job;  ///< Of the specification: reckoned once, for it may be large.
    PartyId buyer;
};

/// The work of this id, if it is the buyer's and of the same job.
Result<const task::Workload*> find_work(const exchange::State& state, WorkloadId id,
                                        const Wanted& wanted, const std::string& field) {
    const task::Workload* workload = state.tasks.find_workload(id);
    if (workload == nullptr || workload->buyer != wanted.buyer)
        return reject(contract::kTrialNotFound, field, "You named " + id.text() + ".");
    if (workload->job != wanted.job)
        return reject(kTrialOfAnotherJob, field,
                      id.text() + ": " + exchange::say_job_difference(workload->spec, wanted.spec));
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
        trial.is_purchase = !workload.is_trial();
        for (contract::ResultSample sample : contract.samples) {
            // What came to its end has no result half done: all of its time went into them.
            if (trial.is_purchase) sample.until_last = sample.core_time;
            trial.samples.push_back(sample);
        }
        trial.succeeded += contract.delivered.tasks();
        trial.uncounted += contract.delivered.uncounted_tasks;
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
    const Wanted wanted{request.spec(), exchange::job_of(request.spec()), buyer};
    std::set<WorkloadId> seen;
    for (int i = 0; i < request.trials_size(); ++i) {
        const std::string field = "trials[" + std::to_string(i) + "]";
        TRY_ASSIGN(const WorkloadId id, read_workload_id(request.trials(i), field));
        if (!seen.insert(id).second) continue;
        TRY_ASSIGN(const task::Workload* const workload, find_work(state, id, wanted, field));
        add_trials(state, id, *workload, trials);
    }
    return trials;
}

}  // namespace penstock::shell
