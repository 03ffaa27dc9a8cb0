#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/exchange/directory.h"
#include "core/exchange/exchange.h"
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
    static v1::WorkloadSpec sample_spec(std::uint32_t tasks) {
        v1::WorkloadSpec spec;
        spec.set_name("sample");
        spec.set_cpus(1);
        spec.set_memory_bytes(1 << 20);
        spec.set_array_size(tasks);
        spec.set_run("true");
        return spec;
    }
    std::string submit(const std::string& order, std::uint32_t tasks) {
        v1::SubmitWorkloadRequest request;
        request.set_order(order);
        *request.mutable_spec() = sample_spec(tasks);
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
        record->set_cpu_ns(wall.ns / 2);
        record->set_memory_peak_bytes(4'096);
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

}  // namespace penstock::exchange
