#include "shell/api/trials.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/exchange/job.h"

namespace penstock::shell {
namespace {

constexpr PartyId kBuyer{3};

class Trials : public testing::Test {
  protected:
    static v1::WorkloadSpec job() {
        v1::WorkloadSpec spec;
        spec.set_name("film");
        spec.set_cpus(1);
        spec.set_array_size(4);
        spec.set_run("draw");
        spec.mutable_result_unit()->set_name("frame");
        spec.mutable_result_unit()->set_line("done");
        return spec;
    }

    /// A workload of the job by a buyer on contracts for these products.
    WorkloadId submit(v1::WorkloadSpec spec, const std::vector<ProductId>& products,
                      PartyId buyer = kBuyer) {
        std::vector<contract::Terms> terms(products.size());
        for (std::size_t i = 0; i < products.size(); ++i) {
            terms[i].buyer = buyer;
            terms[i].product = products[i];
            terms[i].cores = 1;
            terms[i].term = {Instant{0}, Instant{0} + seconds(600)};
            terms[i].price_per_core_hour = Money{1'000'000};
        }
        const std::vector<Money> bounds(products.size(), Money{1'000'000});
        const std::vector<TransferId> holds(products.size(), TransferId{1});
        const OrderId order =
            state_.contracts.open(buyer, *Currency::parse("CNY"), terms, bounds, holds, Instant{0});
        for (const ContractId contract : state_.contracts.order(order).contracts) {
            state_.contracts.accept(contract, Instant{0});
            state_.contracts.accrue(contract, Money{2'000});
            state_.contracts.deliver(contract, 40, Money{2'000});
            state_.contracts.add_sample(contract, {40, seconds(20), seconds(19)});
        }
        task::NewWorkload workload;
        workload.order = order;
        workload.buyer = buyer;
        workload.name = spec.name();
        workload.job = exchange::job_of(spec);
        workload.spec = spec.SerializeAsString();
        workload.trial_seconds = spec.trial_seconds();
        const WorkloadId id = state_.tasks.open(std::move(workload));
        state_.contracts.set_workload(order, id);
        return id;
    }
    static v1::WorkloadSpec trial_of(v1::WorkloadSpec spec) {
        spec.set_trial_seconds(20);
        return spec;
    }
    Result<std::vector<plan::Trial>> read(const v1::WorkloadSpec& spec,
                                          const std::vector<std::string>& trials) const {
        v1::PlanWorkloadRequest request;
        *request.mutable_spec() = spec;
        for (const std::string& trial : trials) request.add_trials(trial);
        return read_trials(state_, request, kBuyer);
    }
    std::string refusal(const v1::WorkloadSpec& spec,
                        const std::vector<std::string>& trials) const {
        const auto trial = read(spec, trials);
        return trial ? "" : std::string(trial.error().reason()) + " " + trial.error().field();
    }

    exchange::State state_;
};

TEST_F(Trials, tell_what_each_product_showed) {
    const WorkloadId one = submit(trial_of(job()), {ProductId{1}});
    const WorkloadId both = submit(trial_of(job()), {ProductId{1}, ProductId{2}, ProductId{2}});
    v1::WorkloadSpec bigger = job();
    bigger.set_array_size(100);
    bigger.set_name("the whole film");
    bigger.mutable_result_unit()->set_per_task(24);
    const auto trials = read(bigger, {one.text(), both.text(), one.text()});
    ASSERT_TRUE(trials) << trials.error().message();
    ASSERT_EQ(trials->size(), 3U)
        << "a trial named twice counts once, as does a product of several contracts";
    EXPECT_EQ(trials->at(0).workload, one.text());
    EXPECT_EQ(trials->at(0).product, "prod_1");
    EXPECT_EQ(trials->at(2).workload, both.text());
    EXPECT_EQ(trials->at(2).product, "prod_2");
    EXPECT_EQ(trials->at(2).charged, Money{4'000}) << "of both its contracts";
    EXPECT_FALSE(trials->at(2).has_ended);
    EXPECT_TRUE(trials->at(2).has_failures) << "none has succeeded yet";
    ASSERT_EQ(trials->at(2).samples.size(), 2U);
    EXPECT_EQ(trials->at(2).samples[0].results, 40U);
    EXPECT_EQ(trials->at(2).samples[0].until_last, seconds(19));
    EXPECT_EQ(trials->at(2).succeeded, 2U);
    EXPECT_EQ(trials->at(2).uncounted, 0U);
    EXPECT_FALSE(trials->at(2).is_purchase);
}

TEST_F(Trials, may_be_work_that_was_bought) {
    const auto bought = read(job(), {submit(job(), {ProductId{1}}).text()});
    ASSERT_TRUE(bought) << bought.error().message();
    ASSERT_EQ(bought->size(), 1U);
    EXPECT_TRUE(bought->at(0).is_purchase);
    EXPECT_EQ(bought->at(0).samples.at(0).until_last, seconds(20)) << "it came to its end";
}

TEST_F(Trials, tell_how_many_tasks_succeeded_beside_those_that_are_samples) {
    const WorkloadId bought = submit(job(), {ProductId{1}, ProductId{2}});
    const contract::Order& order = state_.contracts.order(state_.tasks.workload(bought).order);
    state_.contracts.deliver(order.contracts.at(1), 40, Money{2'000});
    state_.contracts.deliver_uncounted(order.contracts.at(1));
    const auto trials = read(job(), {bought.text()});
    ASSERT_TRUE(trials) << trials.error().message();
    ASSERT_EQ(trials->size(), 2U);
    EXPECT_EQ(trials->at(0).succeeded, 1U);
    EXPECT_EQ(trials->at(0).uncounted, 0U);
    EXPECT_EQ(trials->at(1).samples.size(), 1U);
    EXPECT_EQ(trials->at(1).succeeded, 3U);
    EXPECT_EQ(trials->at(1).uncounted, 1U);
}

TEST_F(Trials, are_the_callers_own_and_of_the_job) {
    const std::string good = submit(trial_of(job()), {ProductId{1}}).text();
    const std::string others = submit(trial_of(job()), {ProductId{1}}, PartyId{4}).text();
    EXPECT_EQ(refusal(job(), {good}), "");
    EXPECT_EQ(refusal(job(), {good, others}), "TRIAL_NOT_FOUND trials[1]");
    EXPECT_EQ(refusal(job(), {good, "wl_99"}), "TRIAL_NOT_FOUND trials[1]");
    EXPECT_EQ(refusal(job(), {"frames"}), "ID_INVALID trials[0]");
    EXPECT_EQ(read(job(), {"frames"}).error().detail(),
              "Trials are named by ids such as wl_7, and this is \"frames\".");
    EXPECT_EQ(read(job(), {std::string("\x1b[2J", 4)}).error().detail(),
              "Trials are named by ids such as wl_7.");
    v1::WorkloadSpec other = job();
    other.set_run("draw it otherwise");
    other.set_cpus(2);
    EXPECT_EQ(refusal(other, {good}), "TRIAL_OF_ANOTHER_JOB trials[0]");
    EXPECT_EQ(read(other, {good}).error().detail(), good + ": It differs in cpus, run.");
    EXPECT_EQ(refusal(job(), std::vector<std::string>(65, good)), "TOO_MANY_TRIALS trials");
}

}  // namespace
}  // namespace penstock::shell
