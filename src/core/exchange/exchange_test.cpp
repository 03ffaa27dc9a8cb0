#include "core/exchange/exchange.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/assert.h"
#include "core/exchange/exchange_world.h"
#include "core/exchange/rejections.h"

namespace penstock::exchange {
namespace {

TEST(Exchange, carries_an_order_to_its_settlement_with_books_at_zero) {
    World world;
    const std::string order = world.place(2);
    EXPECT_EQ(world.work().contracts_size(), 1);
    EXPECT_EQ(world.available(world.buyer_key), 100'000'000 - 7'210'000);
    world.submit(order, 3);
    EXPECT_EQ(world.work().assignments_size(), 0) << "work before the supplier's yes";
    world.accept();
    v1::PullWorkResponse work = world.work();
    ASSERT_EQ(work.assignments_size(), 2);
    world.pass(seconds(10));
    world.finish(work.assignments(0), seconds(10));
    world.finish(work.assignments(1), seconds(5));
    work = world.work();
    ASSERT_EQ(work.assignments_size(), 1);
    world.pass(seconds(20));
    world.finish(work.assignments(0), seconds(20));

    // 3.60 an hour is 1,000 micros a second: 10 + 5 + 20 s = 35,000, to the fen 0.04 (half up).
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.close_reason(), v1::CLOSE_WORK_COMPLETED);
    EXPECT_EQ(
        contract.SerializeAsString(),
        world.recorder.last(v1::Event::kContractChanged).contract_changed().SerializeAsString());
    EXPECT_EQ(contract.accrued().micros(), 35'000);
    EXPECT_EQ(contract.charged().micros(), 40'000);
    EXPECT_EQ(world.available(world.buyer_key), 100'000'000 - 40'000);
    EXPECT_EQ(world.available(world.supplier_key), contract.paid_to_supplier().micros());
    EXPECT_EQ(world.books().difference(), 0);
    EXPECT_EQ(world.books().debits_posted(), world.books().credits_posted());
}

TEST(Exchange, lost_work_moves_and_costs_nothing) {
    World world;
    const std::string order = world.place(1);
    world.accept();
    world.submit(order, 1);
    const v1::PullWorkResponse before = world.work();
    ASSERT_EQ(before.assignments_size(), 1);
    v1::MarkAgentLostRequest lost;
    lost.set_agent(world.agent_id);
    v1::MarkAgentLostResponse answer;
    world.pass(seconds(30));
    world.must({Actor::Kind::system, 0}, "InternalService/MarkAgentLost", lost, answer);
    EXPECT_EQ(answer.attempts_lost(), 1u);
    EXPECT_EQ(world.refused(world.agent, "TaskService/ReportAttempt",
                            world.end_of(before.assignments(0), seconds(30))),
              "ATTEMPT_NOT_CURRENT");
    v1::MarkAgentBackRequest back;
    back.set_agent(world.agent_id);
    v1::MarkAgentBackResponse returned;
    world.must({Actor::Kind::system, 0}, "InternalService/MarkAgentBack", back, returned);
    const v1::PullWorkResponse after = world.work();
    ASSERT_EQ(after.assignments_size(), 1);
    EXPECT_NE(after.assignments(0).attempt(), before.assignments(0).attempt());
    EXPECT_EQ(after.assignments(0).attempt_number(), 2u);
    world.pass(seconds(10));
    world.finish(after.assignments(0), seconds(10));
    EXPECT_EQ(world.contract_now().accrued().micros(), 10'000);
}

TEST(Exchange, tells_why_a_task_failed) {
    World world;
    const std::string order = world.place(1);
    world.accept();
    world.submit(order, 1);
    auto report = world.end_of(world.work().assignments(0), seconds(0));
    report.set_state(v1::ATTEMPT_FAILED);
    report.set_note("stopped: it ran too long");
    v1::ReportAttemptResponse reported;
    world.must(world.agent, "TaskService/ReportAttempt", report, reported);
    v1::GetWorkloadRequest asked;
    asked.set_workload("wl_1");
    const auto seen =
        world.ask<v1::GetWorkloadResponse>(world.buyer_key, "TaskService/GetWorkload", asked);
    ASSERT_EQ(seen.tasks_size(), 1);
    EXPECT_EQ(seen.tasks(0).state(), v1::TASK_FAILED);
    EXPECT_EQ(seen.tasks(0).note(), report.note());
}

TEST(Exchange, shows_no_free_cores_of_an_agent_that_is_lost) {
    World world;
    const auto free = [&] {
        const auto listed = world.ask<v1::ListProductsResponse>(
            world.buyer_key, "CatalogService/ListProducts", v1::ListProductsRequest{});
        v1::GetProductRequest one;
        one.set_product(world.product);
        const auto product =
            world.ask<v1::Product>(world.buyer_key, "CatalogService/GetProduct", one);
        EXPECT_EQ(listed.products(0).cores_free_now(), product.cores_free_now());
        return product.cores_free_now();
    };
    EXPECT_EQ(free(), 2u);
    v1::MarkAgentLostRequest lost;
    lost.set_agent(world.agent_id);
    v1::MarkAgentLostResponse gone;
    world.must({Actor::Kind::system, 0}, "InternalService/MarkAgentLost", lost, gone);
    EXPECT_EQ(free(), 0u);
    v1::MarkAgentBackRequest back;
    back.set_agent(world.agent_id);
    v1::MarkAgentBackResponse returned;
    world.must({Actor::Kind::system, 0}, "InternalService/MarkAgentBack", back, returned);
    EXPECT_EQ(free(), 2u);
}

TEST(Exchange, forged_and_replayed_usage_changes_nothing) {
    World world;
    const std::string order = world.place(1);
    world.accept();
    world.submit(order, 2);
    const v1::Assignment first = world.work().assignments(0);
    world.pass(seconds(10));
    EXPECT_EQ(world.refused(world.agent, "TaskService/ReportAttempt",
                            world.end_of(first, seconds(3'000))),
              "USAGE_IMPOSSIBLE");
    const v1::ReportAttemptRequest honest = world.end_of(first, seconds(10));
    world.finish(first, seconds(10));
    v1::SubmitUsageRequest replay;
    replay.set_agent(world.agent_id);
    *replay.mutable_usage() = honest.usage();
    EXPECT_EQ(world.refused(world.agent, "MeterService/SubmitUsage", replay), "USAGE_REPLAYED");
}

TEST(Exchange, refuses_what_the_buyer_or_the_pool_cannot_cover) {
    World world;
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/PlaceOrder", world.order_for(3)),
              "INSUFFICIENT_CAPACITY");
    v1::PlaceOrderRequest cheap = world.order_for(1);
    cheap.mutable_max_total()->set_micros(1'000'000);
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/PlaceOrder", cheap),
              "MAX_TOTAL_EXCEEDED");
    v1::PlaceOrderRequest stale = world.order_for(1);
    stale.mutable_lines(0)->set_price_version(2);
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/PlaceOrder", stale), "PRICE_CHANGED");
    EXPECT_EQ(world.refused(world.supplier_key, "ContractService/PlaceOrder", world.order_for(1)),
              "PERMISSION_DENIED");
}

TEST(Exchange, unanswered_order_returns_the_hold) {
    World world;
    world.place(2);
    world.pass(seconds(121));
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_CANCELLED);
    EXPECT_EQ(world.contract_now().close_reason(), v1::CLOSE_SUPPLIER_ACCEPT_TIMEOUT);
    EXPECT_EQ(world.available(world.buyer_key), 100'000'000);
    world.place(2);
}

TEST(Exchange, repeated_command_names_the_first_answer) {
    World world;
    const auto request = world.order_for(1);
    const Reply first = world.send(world.buyer_key, "ContractService/PlaceOrder", request, "same");
    ASSERT_EQ(first.outcome, Reply::Outcome::done);
    const std::uint64_t sequence = world.exchange.last_sequence();
    const Reply second = world.send(world.buyer_key, "ContractService/PlaceOrder", request, "same");
    EXPECT_EQ(second.outcome, Reply::Outcome::repeated);
    EXPECT_EQ(second.original_sequence, sequence);
    const Reply other =
        world.send(world.buyer_key, "ContractService/PlaceOrder", world.order_for(2), "same");
    EXPECT_EQ(other.error->reason(), "IDEMPOTENCY_MISMATCH");
}

TEST(Exchange, replay_and_snapshot_lead_to_the_same_state) {
    World world;
    const std::string order = world.place(2);
    world.accept();
    world.submit(order, 2);
    world.pass(seconds(3'700));
    Exchange replica;
    Recorder recorder;
    std::size_t half = world.log.size() / 2;
    for (std::size_t i = 0; i < world.log.size(); ++i) {
        const Given& given = world.log[i];
        Command command{replica.last_sequence() + 1,
                        given.time,
                        given.actor,
                        given.method,
                        given.request,
                        given.key};
        ASSERT_EQ(replica.apply(command, recorder).outcome, Reply::Outcome::done) << given.method;
        if (i == half) {
            auto restored = Exchange::restore(replica.snapshot());
            ASSERT_TRUE(restored);
            replica = std::move(*restored);
        }
    }
    EXPECT_EQ(replica.rolling_hash(), world.exchange.rolling_hash());
    EXPECT_EQ(replica.snapshot(), world.exchange.snapshot());
}

TEST(Exchange, damaged_snapshot_is_refused) {
    World world;
    std::string snapshot = world.exchange.snapshot();
    snapshot[snapshot.size() / 2] ^= 1;
    EXPECT_EQ(Exchange::restore(snapshot).error().reason(), "SNAPSHOT_UNUSABLE");
    EXPECT_FALSE(Exchange::restore(""));
}

TEST(Exchange, term_end_stops_work_and_pays_for_what_ran) {
    World world;
    const std::string order = world.place(1);
    world.accept();
    world.submit(order, 1);
    const v1::Assignment running = world.work().assignments(0);
    world.pass(seconds(3'590));
    v1::ReportAttemptRequest start;
    start.set_attempt(running.attempt());
    start.set_state(v1::ATTEMPT_RUNNING);
    v1::ReportAttemptResponse started;
    world.must(world.agent, "TaskService/ReportAttempt", start, started);
    world.pass(seconds(10));
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_CLOSING);
    EXPECT_TRUE(world.work().assignments(0).stop());
    world.pass(seconds(10));
    v1::ReportAttemptRequest end = world.end_of(running, seconds(3'610));
    end.set_state(v1::ATTEMPT_CANCELLED);
    v1::ReportAttemptResponse ended;
    world.must(world.agent, "TaskService/ReportAttempt", end, ended);
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.close_reason(), v1::CLOSE_TERM_ENDED);
    EXPECT_EQ(contract.accrued().micros(), 3'600'000) << "nothing is paid after the term";
}

/// A party's turnover has a limit; what was let in must find its way out again whatever it is.
TEST(Exchange, gives_money_back_though_an_account_has_turned_over_the_most_that_is_let_in) {
    World world;
    v1::RequestTopUpRequest request;
    request.mutable_amount()->set_micros(kMoneyMax.micros - 100'000'000);
    request.mutable_amount()->set_currency("CNY");
    v1::RequestTopUpResponse requested;
    world.must(world.buyer_key, "LedgerService/RequestTopUp", request, requested);
    v1::ConfirmTopUpRequest confirm;
    confirm.set_top_up(requested.top_up());
    confirm.set_bank_reference("bank-2");
    *confirm.mutable_amount() = request.amount();
    v1::ConfirmTopUpResponse confirmed;
    world.must(world.operator_key, "LedgerService/ConfirmTopUp", confirm, confirmed);

    const std::string order = world.place(1);
    world.accept();
    v1::CancelOrderRequest cancel;
    cancel.set_order(order);
    v1::CancelOrderResponse cancelled;
    world.must(world.buyer_key, "ContractService/CancelOrder", cancel, cancelled);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.available(world.buyer_key), kMoneyMax.micros);
}

TEST(Exchange, refuses_a_null_byte_where_it_could_end_an_argument) {
    World world;
    const std::string order = world.place(1);
    v1::SubmitWorkloadRequest request;
    request.set_order(order);
    v1::WorkloadSpec& spec = *request.mutable_spec();
    spec = World::sample_spec(1);
    v1::EnvironmentVariable* variable = spec.add_environment();
    variable->set_name("X");
    variable->set_value(std::string("v\0--bind\0/\0/tmp", 16));
    EXPECT_EQ(world.refused(world.buyer_key, "TaskService/SubmitWorkload", request),
              "TASK_SPEC_INVALID");
}

TEST(Exchange, revoked_agent_stops_at_once) {
    World world;
    const std::string order = world.place(1);
    world.accept();
    world.submit(order, 1);
    v1::RevokeAgentRequest request;
    request.set_agent(world.agent_id);
    v1::RevokeAgentResponse response;
    world.must(world.supplier_key, "PartyService/RevokeAgent", request, response);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 0);
    EXPECT_EQ(world.available(world.buyer_key), 100'000'000);
    EXPECT_EQ(
        world.refused(world.agent, "ContractService/AcceptContract", v1::AcceptContractRequest{}),
        "AGENT_REVOKED");
}

TEST(Exchange, revoked_agent_ends_a_contract_that_waits_for_its_attempts_alone) {
    World world;
    const std::string order = world.place(1);
    world.accept();
    world.submit(order, 1);
    v1::CancelOrderRequest cancel;
    cancel.set_order(order);
    v1::CancelOrderResponse cancelled;
    world.must(world.buyer_key, "ContractService/CancelOrder", cancel, cancelled);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_CLOSING);
    v1::RevokeAgentRequest request;
    request.set_agent(world.agent_id);
    v1::RevokeAgentResponse response;
    world.must(world.supplier_key, "PartyService/RevokeAgent", request, response);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_TRUE(world.exchange.state().desks.empty());
}

TEST(Exchange, tells_auditors_of_acts_from_the_version_of_the_rules_that_does) {
    World world;
    const auto acts = [&] {
        std::vector<std::string> told;
        for (const v1::Event& event : world.recorder.events)
            if (event.has_act())
                told.push_back(v1::ActKind_Name(event.act().kind()) + " by " + event.act().actor() +
                               " of " + event.act().party() + ": " + event.act().detail());
        return told;
    };
    v1::ReviewPartyRequest review;
    review.set_party(world.buyer);
    review.set_decision(v1::PARTY_SUSPENDED);
    v1::ReviewPartyResponse reviewed;
    world.must(world.operator_key, "PartyService/ReviewParty", review, reviewed);
    EXPECT_EQ(acts(), std::vector<std::string>{}) << "an old journal would give another hash";

    v1::ActivateVersionRequest activate;
    activate.set_version(kNewestLogicVersion + 1);
    const Actor system{Actor::Kind::system, 0};
    EXPECT_EQ(world.refused(system, "InternalService/ActivateVersion", activate),
              "VERSION_INVALID");
    activate.set_version(kAuditVersion);
    v1::ActivateVersionResponse activated;
    world.must(system, "InternalService/ActivateVersion", activate, activated);
    review.set_decision(v1::PARTY_QUALIFIED);
    world.must(world.operator_key, "PartyService/ReviewParty", review, reviewed);
    EXPECT_EQ(acts(), (std::vector<std::string>{
                          "ACT_VERSION_ACTIVATED by system of : 2",
                          "ACT_PARTY_REVIEWED by key_1 of " + world.buyer + ": PARTY_QUALIFIED"}));
}

TEST(Exchange, the_end_of_an_attempt_tells_what_it_used_from_the_version_of_the_rules_that_does) {
    World world;
    const std::string order = world.place(2);
    world.accept();
    world.submit(order, 2);
    const v1::PullWorkResponse work = world.work();
    ASSERT_EQ(work.assignments_size(), 2);
    v1::ReportAttemptRequest running;
    running.set_state(v1::ATTEMPT_RUNNING);
    v1::ReportAttemptResponse response;
    const Instant started = world.now;
    for (const v1::Assignment& assignment : work.assignments()) {
        running.set_attempt(assignment.attempt());
        world.must(world.agent, "TaskService/ReportAttempt", running, response);
    }
    world.pass(seconds(10));
    const auto ended = [&](int index) {
        world.finish(work.assignments(index), seconds(10));
        return world.recorder.last(v1::Event::kAttemptChanged).attempt_changed();
    };
    const v1::AttemptChanged silent = ended(0);
    EXPECT_FALSE(silent.has_ran() || silent.has_usage()) << "an old journal: another hash";

    v1::ActivateVersionRequest activate;
    activate.set_version(kAttemptUsageVersion);
    v1::ActivateVersionResponse activated;
    world.must({Actor::Kind::system, 0}, "InternalService/ActivateVersion", activate, activated);
    const v1::AttemptChanged told = ended(1);
    EXPECT_EQ(told.ran().start_ns(), started.ns);
    EXPECT_EQ(told.ran().end_ns(), world.now.ns);
    EXPECT_EQ(told.usage().cores(), 1u);
    EXPECT_EQ(told.usage().wall_ns(), seconds(10).ns);
    EXPECT_EQ(told.usage().cpu_ns(), seconds(5).ns);
    EXPECT_EQ(told.usage().memory_peak_bytes(), 4'096u);
}

TEST(Exchange, an_attempt_that_never_ran_tells_of_no_usage) {
    World world;
    v1::ActivateVersionRequest activate;
    activate.set_version(kAttemptUsageVersion);
    v1::ActivateVersionResponse activated;
    world.must({Actor::Kind::system, 0}, "InternalService/ActivateVersion", activate, activated);
    const std::string order = world.place(1);
    world.accept();
    world.submit(order, 1);
    v1::MarkAgentLostRequest lost;
    lost.set_agent(world.agent_id);
    v1::MarkAgentLostResponse answer;
    world.must({Actor::Kind::system, 0}, "InternalService/MarkAgentLost", lost, answer);
    const auto& ended = world.recorder.last(v1::Event::kAttemptChanged).attempt_changed();
    ASSERT_EQ(ended.state(), v1::ATTEMPT_LOST);
    EXPECT_FALSE(ended.has_ran());
    EXPECT_FALSE(ended.has_usage());
}

TEST(Exchange, rejections_are_unique_in_number_and_reason) {
    std::set<std::uint16_t> numbers;
    std::set<std::string_view> reasons;
    for (const Rejection* rejection : all_rejections()) {
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->reason;
        EXPECT_TRUE(reasons.insert(rejection->reason).second) << rejection->reason;
    }
}

}  // namespace
}  // namespace penstock::exchange
