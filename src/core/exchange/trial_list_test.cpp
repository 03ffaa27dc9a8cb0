// What of finished work is kept for those who plan by it, and the list of one's trials.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/exchange/bands_world.h"

namespace penstock::exchange {
namespace {

class TrialList : public Bands {
  protected:
    v1::ListTrialsResponse list(const v1::ListTrialsRequest& request) {
        return world.ask<v1::ListTrialsResponse>(world.buyer_key, "TaskService/ListTrials",
                                                 request);
    }
    /// Two contracts of a core each, which take the tasks in turn.
    v1::PlaceOrderResponse place_two() {
        v1::PlaceOrderRequest request = world.order_for(1);
        *request.add_lines() = request.lines(0);
        v1::PlaceOrderResponse response;
        world.must(world.buyer_key, "ContractService/PlaceOrder", request, response);
        return response;
    }
    void accept(const std::string& contract) {
        world.contract = contract;
        world.accept();
    }
    void decline(const std::string& contract) {
        v1::DeclineContractRequest request;
        request.set_contract(contract);
        v1::DeclineContractResponse response;
        world.must(world.agent, "ContractService/DeclineContract", request, response);
    }
    const contract::Contract& kept(const std::string& contract) const {
        return world.exchange.state().contracts.at(*ContractId::parse(contract));
    }
};

TEST_F(TrialList, is_of_ones_own_the_newest_first) {
    EXPECT_EQ(list({}).trials_size(), 0);
    const std::string first = trial(kTried);
    const Instant ended = world.now;
    submit(world.place(1), job(1));  // No trial.
    world.accept();
    run({{1, seconds(1)}});
    const std::string order = world.place(1);
    world.accept();
    v1::WorkloadSpec spec = job(3);
    spec.set_trial_seconds(60);
    const std::string second = submit(order, spec);
    restart();

    v1::ListTrialsRequest request;
    request.mutable_page()->set_size(1);
    v1::ListTrialsResponse page = list(request);
    ASSERT_EQ(page.trials_size(), 1);
    EXPECT_EQ(page.trials(0).workload().id(), second) << "the newest first";
    EXPECT_EQ(page.trials(0).seconds(), 60u);
    EXPECT_EQ(page.trials(0).holds_until_ns(), 0) << "it runs";
    request.mutable_page()->set_cursor(page.page().next_cursor());
    page = list(request);
    ASSERT_EQ(page.trials_size(), 1);
    const v1::Trial& tried = page.trials(0);
    EXPECT_EQ(tried.workload().id(), first);
    EXPECT_EQ(tried.workload().succeeded(), 3u);
    ASSERT_EQ(tried.products_size(), 1);
    EXPECT_EQ(tried.products(0), world.product);
    EXPECT_EQ(tried.ended_at_ns(), ended.ns);
    EXPECT_EQ(tried.holds_until_ns(), (ended + contract::kRetention).ns);
    EXPECT_EQ(page.page().next_cursor(), "");

    v1::OpenPartyRequest open;
    open.set_name("Another");
    open.add_roles(v1::ROLE_BUYER);
    open.set_key_hash(std::string(32, 'a'));
    v1::OpenPartyResponse opened;
    world.must({Actor::Kind::anonymous, 0}, "InternalService/OpenParty", open, opened);
    const Actor another{Actor::Kind::key, KeyId::parse(opened.key())->value};
    EXPECT_EQ(
        world
            .ask<v1::ListTrialsResponse>(another, "TaskService/ListTrials", v1::ListTrialsRequest())
            .trials_size(),
        0);
}

TEST_F(TrialList, has_at_most_fifty_on_a_page) {
    for (int i = 0; i < 51; ++i) trial({{10, seconds(1)}});
    v1::ListTrialsRequest request;
    request.mutable_page()->set_size(200);
    const v1::ListTrialsResponse first = list(request);
    ASSERT_EQ(first.trials_size(), 50);
    EXPECT_EQ(first.trials(0).workload().id(), "wl_51");
    request.mutable_page()->set_cursor(first.page().next_cursor());
    const v1::ListTrialsResponse second = list(request);
    ASSERT_EQ(second.trials_size(), 1);
    EXPECT_EQ(second.trials(0).workload().id(), "wl_1");
    EXPECT_EQ(second.page().next_cursor(), "");
}

TEST_F(TrialList, passes_over_contracts_that_nothing_ran_on) {
    const v1::PlaceOrderResponse order = place_two();
    decline(order.contracts(0));
    accept(order.contracts(1));
    v1::WorkloadSpec spec = job(3);
    spec.set_trial_seconds(60);
    submit(order.order(), spec);
    run({kTried[0]});
    EXPECT_EQ(list({}).trials(0).ended_at_ns(), 0) << "one contract was declined; the other runs";
    EXPECT_EQ(list({}).trials(0).holds_until_ns(), 0);
    run({kTried[1], kTried[2]});
    EXPECT_EQ(list({}).trials(0).ended_at_ns(), world.now.ns);
    EXPECT_EQ(list({}).trials(0).holds_until_ns(), (world.now + contract::kRetention).ns);
}

TEST_F(TrialList, tells_that_a_trial_has_ended_that_holds_for_nobody) {
    const std::string order = world.place(1);
    world.accept();
    v1::WorkloadSpec spec = job(1);
    spec.set_trial_seconds(60);
    submit(order, spec);
    run({{1, seconds(5)}}, [](v1::ReportAttemptRequest& report) {
        report.set_state(v1::ATTEMPT_FAILED);
        report.set_exit_code(1);
    });
    EXPECT_EQ(list({}).trials(0).ended_at_ns(), world.now.ns);
    EXPECT_EQ(list({}).trials(0).holds_until_ns(), 0);
}

TEST_F(TrialList, has_a_like_of_work_that_was_bought_on_each_of_its_contracts) {
    const v1::PlaceOrderResponse order = place_two();
    for (const std::string& contract : order.contracts()) accept(contract);
    submit(order.order(), job(128));
    for (int i = 0; i < 128; ++i) run({{5, seconds(1)}});
    std::size_t samples = 0;
    for (const std::string& contract : order.contracts()) {
        EXPECT_EQ(kept(contract).delivered.counted_tasks, 64U) << "they take them in turn";
        EXPECT_GE(kept(contract).samples.size(), 16U);
        samples += kept(contract).samples.size();
    }
    EXPECT_EQ(samples, contract::kSamplesMax);
}

}  // namespace
}  // namespace penstock::exchange
