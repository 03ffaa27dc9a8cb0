#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "penstock/v1/contract.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/statement.pb.h"
#include "penstock/v1/task.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

__extension__ using Wide = __int128;
constexpr Wide kNsPerHour = 3'600'000'000'000;
constexpr std::size_t kSamplesMin = 3;

/// What may differ between a trial and what is bought by it is left out.
std::string job_of(const v1::WorkloadSpec& spec) {
    v1::WorkloadSpec job;
    job.set_cpus(spec.cpus());
    job.set_memory_bytes(spec.memory_bytes());
    *job.mutable_environment() = spec.environment();
    *job.mutable_files() = spec.files();
    job.set_setup(spec.setup());
    job.set_run(spec.run());
    *job.mutable_outputs() = spec.outputs();
    job.set_network(spec.network());
    if (spec.has_result_unit()) {
        *job.mutable_result_unit() = spec.result_unit();
        job.mutable_result_unit()->clear_per_task();
    }
    return job.SerializeAsString();
}

/// A band is of the buyer's own trial of the same job on the same product, of which all tasks have
/// succeeded, and asks for no more than the dearest of them has cost; what a contract gives back in
/// the end is what its results were dearer, up to half of what they were charged, and nothing else.
class ResultBands final : public Checker {
  public:
    std::string_view name() const override { return "result_bands"; }

    void on_command(const Record& record) override {
        learn_version(record);
        for (const v1::Event& event : record.events) {
            if (event.has_contract_changed() &&
                event.contract_changed().state() == v1::CONTRACT_ORDERED)
                begin(event.contract_changed());
        }
        if (record.command.method() == "ContractService/PlaceOrder") place(record.command);
        if (record.command.method() == "TaskService/SubmitWorkload") submit(record.command);
        for (const v1::Event& event : record.events) {
            if (event.has_charged()) charge(event.charged(), record.command);
            if (event.has_workload_changed()) {
                const v1::Workload& told = event.workload_changed();
                workloads_[told.id()].all_succeeded =
                    told.ended() && told.succeeded() == told.tasks();
            }
            if (event.has_plan_charged()) give_back(event.plan_charged());
            if (event.has_contract_changed() &&
                event.contract_changed().state() == v1::CONTRACT_SETTLED)
                settle(event.contract_changed());
        }
    }

  private:
    /// From this version of the rules on, contracts tell a band's unit and what was not counted.
    static constexpr std::uint32_t kTellsMore = 4;

    struct Sample {
        std::uint64_t results = 0;
        std::int64_t core_ns = 0;
    };
    struct Contract {
        std::string order;
        std::string buyer;
        std::string product;
        std::int64_t price = 0;
        std::optional<v1::ResultBand> band;
        std::uint64_t quoted_per = 1;
        std::string job;  ///< That the band is for.
        std::uint64_t results = 0;
        std::int64_t charged = 0;
        std::int64_t given_back = 0;
        std::uint32_t uncounted = 0;  ///< Tasks that succeeded without a whole count.
        std::vector<Sample> samples;
    };
    struct Workload {
        std::string order;
        std::string job;
        std::uint64_t quoted_per = 1;
        bool is_trial = false;
        bool all_succeeded = false;
    };

    void learn_version(const Record& record) {
        v1::OpenExchangeRequest open;
        if (record.command.method() == "InternalService/OpenExchange" &&
            open.ParseFromString(record.command.request()))
            version_ = open.logic_version();
        for (const v1::Event& event : record.events)
            if (event.has_version_activated()) version_ = event.version_activated().version();
    }

    void begin(const v1::Contract& contract) {
        Contract& known = contracts_[contract.id()];
        if (!known.order.empty()) return;
        known.order = contract.order();
        known.buyer = contract.buyer();
        known.product = contract.product();
        known.price = contract.price_per_core_hour().micros();
        by_order_[contract.order()].push_back(contract.id());
    }

    void place(const v1::JournaledCommand& command) {
        v1::PlaceOrderRequest request;
        v1::PlaceOrderResponse response;
        if (!request.ParseFromString(command.request()) ||
            !response.ParseFromString(command.reply()))
            return;
        for (int i = 0; i < response.contracts_size() && i < request.lines_size(); ++i) {
            if (request.lines(i).has_result_band())
                bind(response.contracts(i), request.lines(i).result_band());
        }
    }

    void bind(const std::string& id, const v1::ResultBand& band) {
        Contract& contract = contracts_[id];
        contract.band = band;
        const auto trial = workloads_.find(band.trial());
        if (trial == workloads_.end() || !trial->second.is_trial)
            return check(false, id, "has a band of no trial");
        contract.quoted_per = trial->second.quoted_per;
        contract.job = trial->second.job;
        check(trial->second.all_succeeded, id, "has a band of a trial that has not succeeded");
        std::size_t samples = 0;
        for (const std::string& tried_id : by_order_[trial->second.order]) {
            const Contract& tried = contracts_[tried_id];
            check(tried.buyer == contract.buyer, id, "has a band of another's trial");
            if (tried.product != contract.product) continue;
            samples += tried.samples.size();
            for (const Sample& sample : tried.samples)
                check(Wide{band.high().micros()} * kNsPerHour * sample.results >=
                              Wide{contract.price} * sample.core_ns * contract.quoted_per &&
                          sample.results > 0,
                      id, "has a band below what its trial showed");
        }
        check(samples >= kSamplesMin, id, "has a band of a trial that showed too little there");
    }

    void submit(const v1::JournaledCommand& command) {
        v1::SubmitWorkloadRequest request;
        v1::SubmitWorkloadResponse response;
        if (!request.ParseFromString(command.request()) ||
            !response.ParseFromString(command.reply()))
            return;
        const v1::WorkloadSpec& spec = request.spec();
        Workload& workload = workloads_[response.workload()];
        workload.order = request.order();
        workload.job = job_of(spec);
        workload.quoted_per = std::max<std::uint64_t>(spec.result_unit().quoted_per(), 1);
        workload.is_trial = spec.trial_seconds() > 0;
        if (workload.is_trial) trial_orders_.insert(request.order());
        for (const std::string& id : by_order_[request.order()]) {
            const Contract& contract = contracts_[id];
            check(!contract.band || (contract.job == workload.job && !workload.is_trial), id,
                  "runs another job than was tried");
        }
    }

    void charge(const v1::BillLine& line, const v1::JournaledCommand& command) {
        v1::ReportAttemptRequest report;
        v1::UsageStatement usage;
        if (!report.ParseFromString(command.request()) ||
            !usage.ParseFromString(report.usage().body()))
            return check(false, line.attempt(), "charged without a report");
        const auto record =
            std::ranges::find(usage.records(), line.attempt(), &v1::UsageRecord::attempt);
        if (record == usage.records().end())
            return check(false, line.attempt(), "charged without a record");
        check(line.results() == record->results(), line.attempt(),
              "charged with other results than were signed");
        check(line.results_incomplete() == (record->results_incomplete() && version_ >= kTellsMore),
              line.attempt(), "charged as counted in full otherwise than was signed");
        if (report.state() != v1::ATTEMPT_SUCCEEDED) return;
        Contract& contract = contracts_[line.contract()];
        const bool whole = !record->results_incomplete();
        if (whole) {
            contract.results += record->results();
            contract.charged += line.amount().micros();
        } else {
            ++contract.uncounted;
        }
        if (trial_orders_.contains(contract.order))
            contract.samples.push_back(
                {whole ? record->results() : 0, line.wall_ns() * line.cores()});
    }

    void give_back(const v1::PlanCharged& charged) {
        for (const v1::PlanCharge& row : charged.charges()) {
            if (row.kind() != v1::PLAN_CHARGE_RESULT_CREDIT) continue;
            Contract& contract = contracts_[charged.contract()];
            check(contract.band.has_value(), charged.contract(), "gives back without a band");
            check(row.amount().micros() < 0, charged.contract(), "gives back nothing");
            contract.given_back -= row.amount().micros();
        }
    }

    void settle(const v1::Contract& contract) {
        const Contract& known = contracts_[contract.id()];
        std::int64_t owed = 0;
        if (known.band) {
            const Wide allowed = Wide{known.band->high().micros()} * known.results;
            const Wide per = known.quoted_per;
            const Wide rounded_up = (allowed + per - 1) / per;
            owed = static_cast<std::int64_t>(
                std::clamp<Wide>(known.charged - rounded_up, 0, known.charged / 2));
        }
        check(known.given_back == owed, contract.id(), "gave back other than its band says");
        check(!known.band || contract.result_band().has_unit() == (version_ >= kTellsMore),
              contract.id(), "tells the unit of its band by another version's rules");
        const std::uint32_t uncounted = version_ >= kTellsMore ? known.uncounted : 0;
        if (!contract.has_delivered()) {
            check(uncounted == 0, contract.id(), "keeps silent of what was not counted");
            return;
        }
        const v1::Delivery& told = contract.delivered();
        check(told.results() == known.results && told.charged().micros() == known.charged &&
                  told.given_back().micros() == known.given_back &&
                  told.uncounted_tasks() == uncounted,
              contract.id(), "tells other results than its tasks did");
    }

    std::map<std::string, Contract> contracts_;
    std::map<std::string, std::vector<std::string>> by_order_;
    std::map<std::string, Workload> workloads_;
    std::set<std::string> trial_orders_;
    std::uint32_t version_ = 0;
};

}  // namespace

std::unique_ptr<Checker> result_bands_checker() {
    return std::make_unique<ResultBands>();
}

}  // namespace penstock::sim
