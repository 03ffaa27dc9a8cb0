#include "core/exchange/result_band.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/emit.h"
#include "core/exchange/ids.h"

namespace penstock::exchange {
namespace {

/// What the trial showed: in all, and on a product.
struct Shown {
    std::size_t tasks = 0;
    std::vector<contract::ResultSample> on_product;
};

Shown shown_by(const State& state, const task::Workload& trial, ProductId product) {
    Shown shown;
    const contract::Order* order = state.contracts.find_order(trial.order);
    if (order == nullptr) return shown;
    for (const ContractId id : order->contracts) {
        const contract::Contract& contract = state.contracts.at(id);
        shown.tasks += contract.samples.size();
        if (contract.terms.product == product)
            shown.on_product.insert(shown.on_product.end(), contract.samples.begin(),
                                    contract.samples.end());
    }
    return shown;
}

/// Why a trial binds nobody on a product; nothing where it does. It counts as a whole: who could
/// leave out its dear tasks would choose the price.
const char* why_not_tried(const task::Workload& trial, const Shown& shown) {
    if (!trial.is_ended) return "It has not ended.";
    if (trial.succeeded < trial.task_count) return "Not all of its tasks succeeded.";
    if (shown.tasks < trial.task_count) return "A part of it ended more than a day ago.";
    if (shown.on_product.size() < contract::kSamplesMin)
        return "Too few of its tasks ran on the product.";
    if (std::ranges::find(shown.on_product, 0u, &contract::ResultSample::results) !=
        shown.on_product.end())
        return "A task had no result, or too many to count.";
    return nullptr;
}

}  // namespace

Result<void> read_result_band(const State& state, const v1::ResultBand& band,
                              contract::Terms& terms) {
    if (terms.is_by_plan()) return reject(contract::kBandInvalid, "result_band");
    TRY_ASSIGN(const WorkloadId id, read_id<WorkloadId>(band.trial(), "result_band.trial"));
    TRY_ASSIGN(const Money low, read_money(state, band.low(), "result_band.low"));
    TRY_ASSIGN(const Money high, read_money(state, band.high(), "result_band.high"));
    if (high < low) return reject(contract::kBandInvalid, "result_band.high");
    const task::Workload* trial = state.tasks.find_workload(id);
    if (trial == nullptr || trial->buyer != terms.buyer || !trial->is_trial())
        return reject(contract::kTrialNotFound, "result_band.trial");
    if (terms.cores < trial->cpus) return reject(contract::kBandInvalid, "cores");
    const Shown shown = shown_by(state, *trial, terms.product);
    if (const char* why = why_not_tried(*trial, shown); why != nullptr)
        return reject(contract::kNotTried, "result_band.trial", why);
    Money dearest;
    for (const contract::ResultSample& sample : shown.on_product)
        dearest = std::max(
            dearest, contract::result_cost(terms.price_per_core_hour, sample, trial->quoted_per));
    if (high < dearest)
        return reject(contract::kBandTooLow, "result_band.high",
                      "A task's results cost " + to_decimal(dearest) + ".");
    terms.band = {id, trial->job, trial->result_unit, trial->quoted_per, low, high};
    return {};
}

void credit_dear_results(Context& context, ContractId id) {
    State& state = context.state;
    const contract::Contract& contract = state.contracts.at(id);
    if (!contract.terms.band.is_set()) return;
#ifdef PENSTOCK_CANARY_KEPT_CREDIT  // Planted for the simulation alone: the supplier keeps it.
    return;
#endif
    const Money credit = state.contracts.give_back(id);
    if (credit == Money{0}) return;
    const Interval time{contract.terms.term.start, std::min(context.now, contract.terms.term.end)};
    v1::PlanCharged body;
    body.set_contract(id.text());
    v1::PlanCharge& row = *body.add_charges();
    row.set_component("results");
    row.set_kind(v1::PLAN_CHARGE_RESULT_CREDIT);
    for (v1::Interval* interval : {body.mutable_period(), row.mutable_interval()}) {
        interval->set_start_ns(time.start.ns);
        interval->set_end_ns(time.end.ns);
    }
    row.set_quantity(std::to_string(contract.delivered.results));
    for (v1::Money* amount : {body.mutable_amount(), row.mutable_amount()})
        write_money(-credit, contract.terms.currency, amount);
    context.events.emit_message(v1::Event::kPlanCharged, body);
}

void describe(const State& state, const contract::Terms& terms, v1::ResultBand* out) {
    out->set_trial(terms.band.trial.text());
    write_money(terms.band.low, terms.currency, out->mutable_low());
    write_money(terms.band.high, terms.currency, out->mutable_high());
    if (!tells_band_unit(state)) return;
    out->set_unit(terms.band.unit);
    out->set_quoted_per(terms.band.quoted_per);
}

void describe(const State& state, const contract::Contract& contract, v1::Delivery* out) {
    out->set_results(contract.delivered.results);
    write_money(contract.delivered.charged, contract.terms.currency, out->mutable_charged());
    write_money(contract.delivered.given_back, contract.terms.currency, out->mutable_given_back());
    if (tells_band_unit(state) && contract.delivered.uncounted_tasks > 0)
        out->set_uncounted_tasks(contract.delivered.uncounted_tasks);
}

bool has_delivered(const State& state, const contract::Contract& contract) {
    return contract.delivered.results > 0 || contract.terms.band.is_set() ||
           (tells_band_unit(state) && contract.delivered.uncounted_tasks > 0);
}

}  // namespace penstock::exchange
