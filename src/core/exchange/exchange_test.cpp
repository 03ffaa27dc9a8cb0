#include "core/exchange/exchange.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/assert.h"
#include "core/exchange/directory.h"
#include "core/exchange/overview.h"
#include "core/exchange/rejections.h"
#include "core/exchange/state.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/event.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/statement.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::exchange {
namespace {

struct Recorder : EventSink {
    std::vector<v1::Event> events;
    void on_event(std::string_view bytes) override {
        v1::Event& event = events.emplace_back();
        EXPECT_TRUE(event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
        EXPECT_EQ(event.SerializeAsString(), bytes) << "an event is not in its canonical form";
    }
    /// The last event about a contract or workload.
    const v1::Event& last(v1::Event::BodyCase kind) const {
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            if (event->body_case() == kind) return *event;
        }
        ADD_FAILURE() << "no such event";
        return events.back();
    }
};

struct Given {
    Actor actor;
    std::string method;
    std::string request;
    std::string key;
    Instant time;
};

/// An exchange with an operator, a supplier with one measured agent, and a buyer with money.
class World {
  public:
    Exchange exchange;
    Recorder recorder;
    Instant now{1'800'000'000'000'000'000};
    std::vector<Given> log;  ///< Every command that was done.

    Actor operator_key, supplier_key, buyer_key, agent;
    std::string supplier, buyer, agent_id, pool, product;

    World() {
        v1::OpenExchangeRequest open;
        open.set_operator_name("Operator");
        open.set_key_hash(std::string(32, 'o'));
        open.set_currency("CNY");
        open.set_fee_basis_points(300);
        open.set_identifier_prefix("TEST");
        v1::OpenExchangeResponse opened;
        must({Actor::Kind::system, 0}, "InternalService/OpenExchange", open, opened);
        operator_key = key(opened.key());
        std::tie(supplier, supplier_key) = party("Supplier", v1::ROLE_SUPPLIER, 's');
        std::tie(buyer, buyer_key) = party("Buyer", v1::ROLE_BUYER, 'b');
        enrol();
        measure();
        list(2, 3'600'000);
        pay_in(100'000'000);
    }

    Reply send(const Actor& actor, const std::string& method,
               const google::protobuf::Message& request, std::string idempotency_key = "") {
        while (exchange.has_due_timers(now)) {
            v1::TickRequest tick;
            apply({{Actor::Kind::system, 0},
                   "InternalService/Tick",
                   tick.SerializeAsString(),
                   "",
                   now});
        }
        if (idempotency_key.empty()) idempotency_key = "k" + std::to_string(++keys_);
        if (actor.kind == Actor::Kind::system) idempotency_key.clear();
        return apply({actor, method, request.SerializeAsString(), idempotency_key, now});
    }
    void must(const Actor& actor, const std::string& method,
              const google::protobuf::Message& request, google::protobuf::Message& response) {
        const Reply reply = send(actor, method, request);
        ASSERT_EQ(reply.outcome, Reply::Outcome::done)
            << method << ": " << reply.error->reason() << " " << reply.error->message();
        ASSERT_TRUE(response.ParseFromString(reply.bytes));
        ASSERT_EQ(exchange.broken_invariants(), std::vector<std::string>{}) << method;
    }
    std::string_view refused(const Actor& actor, const std::string& method,
                             const google::protobuf::Message& request) {
        const std::string before = exchange.snapshot();
        const Reply reply = send(actor, method, request);
        if (reply.outcome != Reply::Outcome::rejected) return "not refused";
        EXPECT_EQ(exchange.snapshot(), before) << "a refusal changed the state";
        return reply.error->reason();
    }
    template <class Response>
    Response ask(const Actor& actor, const std::string& method,
                 const google::protobuf::Message& request) {
        Response response;
        const auto reply = exchange.query(method, actor, now, request.SerializeAsString());
        EXPECT_TRUE(reply) << method << ": " << (reply ? "" : reply.error().message());
        EXPECT_TRUE(response.ParseFromString(reply.value_or("")));
        return response;
    }
    void pass(Duration time) {
        now = now + time;
        v1::TickResponse response;
        must({Actor::Kind::system, 0}, "InternalService/Tick", v1::TickRequest{}, response);
    }

    v1::PlaceOrderRequest order_for(std::uint32_t cores) const {
        v1::PlaceOrderRequest request;
        v1::OrderLine* line = request.add_lines();
        line->set_product(product);
        line->set_price_version(1);
        line->set_cores(cores);
        line->mutable_term()->set_start_ns(now.ns);
        line->mutable_term()->set_end_ns((now + seconds(3'600)).ns);
        request.mutable_max_total()->set_micros(50'000'000);
        request.mutable_max_total()->set_currency("CNY");
        return request;
    }
    std::string place(std::uint32_t cores) {
        v1::PlaceOrderResponse response;
        must(buyer_key, "ContractService/PlaceOrder", order_for(cores), response);
        contract = response.contracts(0);
        return response.order();
    }
    void accept() {
        v1::AcceptContractRequest request;
        request.set_contract(contract);
        v1::AcceptContractResponse response;
        must(agent, "ContractService/AcceptContract", request, response);
    }
    std::string submit(const std::string& order, std::uint32_t tasks) {
        v1::SubmitWorkloadRequest request;
        request.set_order(order);
        v1::WorkloadSpec& spec = *request.mutable_spec();
        spec.set_name("sample");
        spec.set_cpus(1);
        spec.set_memory_bytes(1 << 20);
        spec.set_array_size(tasks);
        spec.set_run("true");
        v1::SubmitWorkloadResponse response;
        must(buyer_key, "TaskService/SubmitWorkload", request, response);
        return response.workload();
    }
    v1::PullWorkResponse work() {
        v1::PullWorkRequest request;
        request.set_agent(agent_id);
        return ask<v1::PullWorkResponse>(agent, "TaskService/PullWork", request);
    }
    v1::ReportAttemptRequest end_of(const v1::Assignment& assignment, Duration wall) {
        v1::UsageStatement usage;
        usage.set_agent(agent_id);
        usage.set_number(next_usage_);
        v1::UsageRecord* record = usage.add_records();
        record->set_attempt(assignment.attempt());
        record->set_attempt_number(assignment.attempt_number());
        record->set_cores(1);
        record->set_wall_ns(wall.ns);
        record->set_final(true);
        v1::ReportAttemptRequest request;
        request.set_attempt(assignment.attempt());
        request.set_state(v1::ATTEMPT_SUCCEEDED);
        request.mutable_usage()->set_type("usage");
        request.mutable_usage()->set_body(usage.SerializeAsString());
        return request;
    }
    void finish(const v1::Assignment& assignment, Duration wall) {
        v1::ReportAttemptResponse response;
        must(agent, "TaskService/ReportAttempt", end_of(assignment, wall), response);
        ++next_usage_;
    }
    v1::Contract contract_now() {
        v1::GetContractRequest request;
        request.set_contract(contract);
        return ask<v1::Contract>(buyer_key, "ContractService/GetContract", request);
    }
    v1::GetTrialBalanceResponse books() {
        return ask<v1::GetTrialBalanceResponse>(operator_key, "LedgerService/GetTrialBalance",
                                                v1::GetTrialBalanceRequest{});
    }
    std::int64_t available(const Actor& actor) {
        return ask<v1::GetBalanceResponse>(actor, "LedgerService/GetBalance",
                                           v1::GetBalanceRequest{})
            .available()
            .micros();
    }

    std::string contract;

  private:
    static Actor key(const std::string& id) { return {Actor::Kind::key, KeyId::parse(id)->value}; }
    Reply apply(Given given) {
        Command command;
        command.sequence = exchange.last_sequence() + 1;
        command.time = given.time;
        command.actor = given.actor;
        command.method = given.method;
        command.request = given.request;
        command.idempotency_key = given.key;
        const Reply reply = exchange.apply(command, recorder);
        if (reply.outcome == Reply::Outcome::done) log.push_back(std::move(given));
        return reply;
    }
    std::pair<std::string, Actor> party(const std::string& name, v1::Role role, char hash) {
        v1::OpenPartyRequest request;
        request.set_name(name);
        request.add_roles(role);
        request.set_key_hash(std::string(32, hash));
        v1::OpenPartyResponse response;
        must({Actor::Kind::anonymous, 0}, "InternalService/OpenParty", request, response);
        v1::ReviewPartyRequest review;
        review.set_party(response.party());
        review.set_decision(v1::PARTY_QUALIFIED);
        v1::ReviewPartyResponse reviewed;
        must(operator_key, "PartyService/ReviewParty", review, reviewed);
        return {response.party(), key(response.key())};
    }
    void enrol() {
        v1::AddEnrolmentTokenRequest token;
        token.set_site_name("Site");
        token.set_pool_name("Pool");
        token.set_token_hash(std::string(32, 't'));
        v1::AddEnrolmentTokenResponse added;
        must(supplier_key, "InternalService/AddEnrolmentToken", token, added);
        v1::JoinAgentRequest join;
        join.set_token_hash(std::string(32, 't'));
        join.set_public_key(std::string(31, 'p') + "q");
        v1::JoinAgentResponse joined;
        must({Actor::Kind::anonymous, 0}, "InternalService/JoinAgent", join, joined);
        agent_id = joined.agent();
        pool = joined.pool();
        agent = {Actor::Kind::agent, AgentId::parse(agent_id)->value};
    }
    void measure() {
        v1::IssueChallengeRequest issue;
        issue.set_pool(pool);
        issue.set_challenge("0123456789abcdef");
        v1::IssueChallengeResponse issued;
        must(agent, "InternalService/IssueChallenge", issue, issued);
        v1::ProfileStatement profile;
        profile.set_pool(pool);
        profile.set_agent(agent_id);
        profile.set_challenge("0123456789abcdef");
        profile.set_measured_at_ns(now.ns);
        profile.set_cores(4);
        profile.set_memory_bytes(std::uint64_t{8} << 30);
        profile.set_topology("4 cores");
        profile.set_cpu_model("model");
        for (const char* name : {"gemm_fp64", "gemm_fp32", "triad"}) {
            v1::Measurement* measurement = profile.add_measurements();
            measurement->set_name(name);
            measurement->set_unit(name == std::string("triad") ? "GB/s" : "GFLOP/s");
            measurement->set_value_milli(40'000);
            measurement->set_spread_milli(100);
            measurement->set_repetitions(3);
            measurement->set_method("method");
            measurement->set_software("software 1");
        }
        v1::SubmitProfileRequest submit;
        submit.set_pool(pool);
        submit.mutable_profile()->set_type("profile");
        submit.mutable_profile()->set_body(profile.SerializeAsString());
        v1::SubmitProfileResponse accepted;
        must(agent, "CatalogService/SubmitProfile", submit, accepted);
    }
    void list(std::uint32_t cores, std::int64_t price) {
        v1::ListProductRequest request;
        request.set_pool(pool);
        request.set_name("Cores");
        request.mutable_price_per_core_hour()->set_micros(price);
        request.mutable_price_per_core_hour()->set_currency("CNY");
        request.set_cores(cores);
        v1::ListProductResponse response;
        must(agent, "CatalogService/ListProduct", request, response);
        product = response.product();
    }
    void pay_in(std::int64_t micros) {
        v1::RequestTopUpRequest request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        v1::RequestTopUpResponse response;
        must(buyer_key, "LedgerService/RequestTopUp", request, response);
        v1::ConfirmTopUpRequest confirm;
        confirm.set_top_up(response.top_up());
        confirm.set_bank_reference("bank-1");
        *confirm.mutable_amount() = request.amount();
        v1::ConfirmTopUpResponse confirmed;
        must(operator_key, "LedgerService/ConfirmTopUp", confirm, confirmed);
    }

    std::uint64_t keys_ = 0;
    std::uint64_t next_usage_ = 1;
};

TEST(Exchange, shows_its_operator_counts_and_sums) {
    World world;
    Overseer overseer;
    world.place(2);
    Overview seen = overseer.look(world.exchange);
    ASSERT_EQ(seen.money.size(), 1u);
    EXPECT_EQ(seen.money[0].currency.text(), "CNY");
    EXPECT_EQ(seen.money[0].bank, 100'000'000);
    EXPECT_EQ(seen.money[0].cash, 100'000'000);
    EXPECT_EQ(seen.money[0].ordered, 7'210'000);
    EXPECT_EQ(seen.money[0].escrow, 0);
    world.accept();
    v1::RequestTopUpRequest top_up;
    top_up.mutable_amount()->set_micros(5'000'000);
    top_up.mutable_amount()->set_currency("CNY");
    v1::RequestTopUpResponse announced;
    world.must(world.buyer_key, "LedgerService/RequestTopUp", top_up, announced);
    seen = overseer.look(world.exchange);
    EXPECT_EQ(seen.money[0].ordered, 0);
    EXPECT_EQ(seen.money[0].escrow, 7'210'000);
    EXPECT_EQ(seen.money[0].cash, 100'000'000 - 7'210'000);
    EXPECT_EQ(seen.money[0].imbalance, 0);
    EXPECT_EQ(seen.money[0].top_ups_awaited, 5'000'000);
    EXPECT_EQ(seen.money[0].top_ups_awaited_count, 1u);
    EXPECT_EQ(seen.parties, 3u);
    EXPECT_EQ(seen.agents_live, 1u);
    EXPECT_EQ(seen.agents_lost, 0u);
    EXPECT_EQ(seen.contracts_open, 1u);
    seen = overseer.look(Exchange());  // As after a fault: what was awaited is gone.
    EXPECT_TRUE(seen.money.empty());
}

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

TEST(Exchange, refuses_a_null_byte_where_it_could_end_an_argument) {
    World world;
    const std::string order = world.place(1);
    v1::SubmitWorkloadRequest request;
    request.set_order(order);
    v1::WorkloadSpec& spec = *request.mutable_spec();
    spec.set_name("sample");
    spec.set_cpus(1);
    spec.set_memory_bytes(1 << 20);
    spec.set_array_size(1);
    spec.set_run("true");
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
