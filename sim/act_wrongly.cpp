#include <algorithm>
#include <array>

#include "base/id.h"
#include "base/identifier.h"
#include "core/exchange/state.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/task.pb.h"
#include "sim/profile.h"
#include "sim/world.h"

/// Callers that err or mean harm. Each must be refused, and leave everything as it was; that the
/// state did not change is checked for every rejection by the exchange's own tests, and here by the
/// invariants and the replay.
namespace penstock::sim {
namespace {

template <class Request>
void review_of(World& world, Request change) {
    v1::ReviewPartyRequest request;
    request.set_party(world.random.pick(world.parties).id);
    request.set_decision(v1::PARTY_QUALIFIED);
    change(request);
    world.send(world.operator_key, "PartyService/ReviewParty", request);
}

void err_in_review(World& world) {
    switch (world.random.between(0, 4)) {
        case 0:
            return review_of(world, [](auto& r) { r.set_party("party_99999"); });
        case 1:
            return review_of(world, [](auto& r) { r.set_party("pool_1"); });
        case 2:
            return review_of(world, [](auto& r) { r.set_note(std::string(501, 'x')); });
        case 3:
            return review_of(world, [&](auto& r) { r.set_party(world.operator_party); });
        default:
            return review_of(world, [](auto& r) { r.set_decision(v1::PARTY_APPLIED); });
    }
}

void err_in_signing_up(World& world) {
    v1::OpenPartyRequest request;
    request.set_name("name");
    request.add_roles(v1::ROLE_BUYER);
    request.set_key_hash(world.fresh_hash());
    switch (world.random.between(0, 3)) {
        case 0:
            request.set_name("\x01");
            break;
        case 1:
            request.clear_roles();
            break;
        case 2:
            request.set_key_hash("short");
            break;
        default:
            request.add_roles(v1::ROLE_OPERATOR);
    }
    world.send(world.nobody, "InternalService/OpenParty", request);
}

void err_with_keys(World& world) {
    const SimParty party = world.random.pick(world.parties);
    v1::AddApiKeyRequest add;
    add.set_label(world.random.one_in(3) ? "" : "spare");
    add.set_key_hash(world.fresh_hash());
    // Now and then a party hoards keys, up to its limit.
    for (int i = world.random.one_in(40) ? 110 : 1; i > 0; --i) {
        const auto added =
            world.command<v1::AddApiKeyResponse>(party.key, "InternalService/AddApiKey", add);
        if (!added) return;
        v1::RevokeApiKeyRequest revoke;
        revoke.set_key(added->key());
        if (i > 1) continue;
        world.send(party.key, "PartyService/RevokeApiKey", revoke);
        world.send(party.key, "PartyService/RevokeApiKey", revoke);
        const exchange::Actor dead{exchange::Actor::Kind::key, KeyId::parse(added->key())->value};
        world.send(dead, "LedgerService/RequestTopUp", v1::RequestTopUpRequest{});
    }
}

void err_with_tokens(World& world) {
    const SimParty party = world.random.pick(world.parties);
    v1::AddEnrolmentTokenRequest request;
    request.set_site_name("site");
    request.set_pool_name(world.fresh_name("spare"));
    request.set_token_hash(world.fresh_hash());
    request.set_ttl_seconds(3'600);
    switch (world.random.between(0, 6)) {
        case 0:
            request.set_site_name("");
            break;
        case 1:
            request.set_pool_name(std::string(61, 'p'));
            break;
        case 2:
            request.set_ttl_seconds(5);
            break;
        case 3:
            request.set_token_hash("short");
            break;
        case 4:
            if (!world.tokens.empty()) request.set_token_hash(world.random.pick(world.tokens));
            break;
        case 5:
            request.set_place("Hangzhou");
            break;
        default:
            if (!world.random.one_in(10)) return;
            for (int i = 0; i < 110; ++i) {
                world.send(party.key, "InternalService/AddEnrolmentToken", request);
                request.set_token_hash(world.fresh_hash());
            }
    }
    world.send(party.key, "InternalService/AddEnrolmentToken", request);
}

void err_in_joining(World& world) {
    v1::JoinAgentRequest request;
    request.set_token_hash(world.tokens.empty() || world.random.one_in(3)
                               ? world.fresh_hash()
                               : world.random.pick(world.tokens));
    request.set_public_key(world.random.one_in(2) ? "short" : world.fresh_hash());
    if (!world.agents.empty() && world.random.one_in(3)) {
        v1::GetAgentRequest get;
        get.set_agent(world.agents.front().id);
        const auto agent = world.query<v1::Agent>(world.operator_key, "PartyService/GetAgent", get);
        if (agent) request.set_public_key(agent->public_key());
    }
    world.send(world.nobody, "InternalService/JoinAgent", request);
}

void err_in_measuring(World& world) {
    if (world.agents.empty()) return;
    const SimAgent agent = world.random.pick(world.agents);
    if (world.random.one_in(8)) {
        v1::IssueChallengeRequest issue;
        issue.set_pool(agent.pool);
        issue.set_challenge("short");
        world.send(agent.actor, "InternalService/IssueChallenge", issue);
        return;
    }
    const auto nonce = world.random.one_in(6) ? std::string(16, 'z') : open_challenge(world, agent);
    if (!nonce) return;
    v1::ProfileStatement profile = sound_profile(world, agent, 4, *nonce);
    switch (world.random.between(0, 10)) {
        case 0:
            profile.set_cores(5'000);
            break;
        case 1:
            profile.set_memory_bytes(0);
            break;
        case 2:
            profile.set_topology(std::string(1 << 17, 't'));
            break;
        case 3:
            profile.mutable_measurements(0)->set_value_milli(-1);
            break;
        case 4:
            profile.mutable_measurements()->RemoveLast();
            break;
        case 5:
            profile.set_measured_at_ns(0);
            break;
        case 6:
            profile.add_cpu_ids(1);
            break;
        case 7:
            profile.set_challenge(std::string(16, 'y'));
            break;
        case 8:
            profile.set_agent("agent_77");
            break;
        case 9:
            profile.set_pool("pool_77");
            break;
        default:
            world.now = world.now + seconds(601);
    }
    submit(world, agent, profile);
}

void err_in_listing(World& world) {
    if (world.agents.empty()) return;
    const SimAgent agent = world.random.pick(world.agents);
    v1::ListProductRequest request;
    request.set_pool(agent.pool);
    request.set_name("name");
    request.mutable_price_per_core_hour()->set_micros(1'000'000);
    request.mutable_price_per_core_hour()->set_currency("CNY");
    request.set_cores(1);
    switch (world.random.between(0, 6)) {
        case 0:
            request.set_name("");
            break;
        case 1:
            request.mutable_price_per_core_hour()->set_micros(2'000'000'000'000);
            break;
        case 2:
            request.mutable_price_per_core_hour()->set_micros(-5);
            break;
        case 3:
            request.mutable_price_per_core_hour()->set_currency("USD");
            break;
        case 4:
            request.set_cores(0);
            break;
        case 5:
            request.set_cores(1'000);
            break;
        default:
            request.set_pool("pool_99999");
    }
    world.send(agent.actor, "CatalogService/ListProduct", request);
}

void err_in_ordering(World& world) {
    if (world.products.empty()) return;
    const SimParty buyer = world.random.pick(world.parties);
    v1::PlaceOrderRequest request;
    v1::OrderLine* line = request.add_lines();
    line->set_product(world.random.pick(world.products));
    line->set_price_version(1);
    line->set_cores(1);
    line->mutable_term()->set_start_ns(world.now.ns);
    line->mutable_term()->set_end_ns((world.now + seconds(600)).ns);
    request.mutable_max_total()->set_micros(60'000'000);
    request.mutable_max_total()->set_currency("CNY");
    switch (world.random.between(0, 8)) {
        case 0:
            line->set_product("prod_99999");
            break;
        case 1:
            line->set_cores(0);
            break;
        case 2:
            line->set_cores(900'000);
            break;
        case 3:
            line->mutable_term()->set_end_ns(1);
            break;
        case 4:
            request.clear_lines();
            break;
        case 5:
            request.mutable_max_total()->set_micros(1);
            break;
        case 6:
            line->set_cores(1'000'000);
            line->mutable_term()->set_end_ns((world.now + seconds(300 * 86'400)).ns);
            break;
        case 7:
            request.mutable_max_total()->set_currency("usd");
            break;
        default:
            for (int i = 0; i < 70; ++i) *request.add_lines() = request.lines(0);
    }
    world.send(world.random.one_in(6) ? world.nobody : buyer.key, "ContractService/PlaceOrder",
               request);
}

void err_with_contracts(World& world) {
    v1::AcceptContractRequest accept;
    accept.set_contract("ctr_" + std::to_string(world.random.between(1, 400)));
    const SimParty party = world.random.pick(world.parties);
    if (!party.supplies) return;
    if (!world.orders.empty() && world.random.one_in(2)) {
        // Somebody else's contract: the newest ones have the highest numbers.
        const std::uint64_t next = world.exchange().state().contracts.contracts().next_id().value;
        accept.set_contract("ctr_" +
                            std::to_string(world.random.between(
                                std::max<std::int64_t>(1, static_cast<std::int64_t>(next) - 10),
                                static_cast<std::int64_t>(next))));
    }
    world.send(party.key, "ContractService/AcceptContract", accept);
    v1::DeclineContractRequest decline;
    decline.set_contract(accept.contract());
    world.send(party.key, "ContractService/DeclineContract", decline);
    v1::GetContractRequest get;
    get.set_contract(accept.contract());
    world.query<v1::Contract>(party.key, "ContractService/GetContract", get);
    v1::CancelOrderRequest cancel;
    cancel.set_order("ord_" + std::to_string(world.random.between(1, 400)));
    world.send(world.random.pick(world.parties).key, "ContractService/CancelOrder", cancel);
}

void err_with_money(World& world) {
    v1::ConfirmTopUpRequest request;
    request.set_top_up(world.top_ups.empty() || world.random.one_in(4)
                           ? "topup_99999"
                           : world.random.pick(world.top_ups));
    request.set_bank_reference(world.random.one_in(3) ? "" : "bank again");
    request.mutable_amount()->set_micros(world.random.one_in(3) ? 7 : 50'000'000);
    request.mutable_amount()->set_currency("CNY");
    world.send(world.operator_key, "LedgerService/ConfirmTopUp", request);
}

void err_in_work(World& world) {
    if (world.orders.empty()) return;
    const SimOrder order = world.random.pick(world.orders);
    v1::SubmitWorkloadRequest request;
    request.set_order(world.random.one_in(8) ? "ord_99999" : order.id);
    request.mutable_spec()->set_name(world.random.one_in(4) ? "" : "name");
    request.mutable_spec()->set_cpus(world.random.one_in(3) ? 4'000 : 1);
    request.mutable_spec()->set_memory_bytes(1 << 20);
    request.mutable_spec()->set_array_size(1);
    request.mutable_spec()->set_run("true");
    world.send(order.buyer, "TaskService/SubmitWorkload", request);
    v1::CancelWorkloadRequest cancel;
    cancel.set_workload("wl_" + std::to_string(world.random.between(1, 300)));
    world.send(order.buyer, "TaskService/CancelWorkload", cancel);
    v1::GetWorkloadRequest get;
    get.set_workload(cancel.workload());
    world.query<v1::GetWorkloadResponse>(order.buyer, "TaskService/GetWorkload", get);
}

void err_in_reports(World& world) {
    if (world.agents.empty()) return;
    const SimAgent agent = world.random.pick(world.agents);
    v1::ReportAttemptRequest request;
    request.set_state(v1::ATTEMPT_CANCELLED);
    if (!agent.attempts.empty()) request.set_attempt(agent.attempts.begin()->first);
    switch (world.random.between(0, 9)) {
        case 0:
            request.set_attempt("att_99999999");
            break;
        case 7:
            request.set_state(v1::ATTEMPT_LOST);
            break;
        case 1:
            if (!world.old_attempts.empty())
                request.set_attempt(world.random.pick(world.old_attempts));
            break;
        case 2:
            request.set_state(v1::ATTEMPT_LOST);
            break;
        case 3:
            request.set_state(v1::ATTEMPT_RUNNING);
            break;
        case 4:
            request.set_note(std::string(501, 'n'));
            break;
        case 5:
            request.set_state(v1::ATTEMPT_SUCCEEDED);
            request.add_outputs()->set_path("../up");
            break;
        case 8:
        case 9:
            break;  // Nobody has asked for its end.
        default:
            if (world.agents.size() > 1 && !world.agents.front().attempts.empty())
                request.set_attempt(world.agents.front().attempts.begin()->first);
    }
    world.send(agent.actor, "TaskService/ReportAttempt", request);
}

void err_in_usage(World& world) {
    if (world.agents.empty()) return;
    const SimAgent agent = world.random.pick(world.agents);
    v1::UsageStatement usage;
    usage.set_agent(agent.id);
    usage.set_number(agent.next_usage);
    switch (world.random.between(0, 5)) {
        case 0:
            usage.set_number(0);
            break;
        case 1:
            usage.set_number(agent.next_usage + 5);
            break;
        case 2:
            usage.set_agent("agent_99");
            break;
        case 3:
            usage.add_records()->set_attempt("att_99999999");
            break;
        case 4:
            for (int i = 0; i < 4'100; ++i) usage.add_records();
            break;
        default:
            for (const auto& [id, attempt] : agent.attempts) {
                v1::UsageRecord* record = usage.add_records();
                record->set_attempt(id);
                record->set_attempt_number(attempt.assignment.attempt_number());
                record->set_cores(attempt.assignment.spec().cpus());
                record->set_final(world.random.one_in(2));
            }
    }
    v1::SubmitUsageRequest request;
    request.set_agent(agent.id);
    request.mutable_usage()->set_type("usage");
    request.mutable_usage()->set_body(usage.SerializeAsString());
    world.send(agent.actor, "MeterService/SubmitUsage", request);
}

/// An end whose usage holds no final record of it.
void err_in_final_usage(World& world) {
    if (world.agents.empty()) return;
    const SimAgent agent = world.random.pick(world.agents);
    if (agent.attempts.empty()) return;
    const auto& [id, attempt] = *agent.attempts.begin();
    v1::UsageStatement usage;
    usage.set_agent(agent.id);
    usage.set_number(agent.next_usage);
    if (world.random.one_in(2)) {
        v1::UsageRecord* record = usage.add_records();
        record->set_attempt(id);
        record->set_attempt_number(attempt.assignment.attempt_number());
        record->set_cores(attempt.assignment.spec().cpus());
    }
    v1::ReportAttemptRequest report;
    report.set_attempt(id);
    report.set_state(v1::ATTEMPT_FAILED);
    report.mutable_usage()->set_type("usage");
    report.mutable_usage()->set_body(usage.SerializeAsString());
    world.send(agent.actor, "TaskService/ReportAttempt", report);
}

void err_in_calling(World& world) {
    const SimParty party = world.random.pick(world.parties);
    const exchange::Actor stranger{exchange::Actor::Kind::key, 999'999};
    world.send(stranger, "LedgerService/RequestTopUp", v1::RequestTopUpRequest{});
    world.send(party.key, "ContractService/NoSuch", v1::TickRequest{});
    if (!world.revoked_agents.empty())
        world.send(world.random.pick(world.revoked_agents), "MeterService/SubmitUsage",
                   v1::SubmitUsageRequest{});
    Message malformed{party.key, "LedgerService/RequestTopUp", "\xff\xff", "k"};
    malformed.key = world.fresh_name("key");
    world.network.call(malformed);
    malformed.key = std::string(256, 'k');
    world.network.call(malformed);
    v1::RequestTopUpRequest first;
    first.mutable_amount()->set_micros(1);
    first.mutable_amount()->set_currency("CNY");
    Message message{party.key, "LedgerService/RequestTopUp", first.SerializeAsString(),
                    world.fresh_name("key")};
    world.network.call(message);
    first.mutable_amount()->set_micros(2);
    message.request = first.SerializeAsString();
    world.network.call(message);
    world.send(world.system, "InternalService/OpenExchange", v1::OpenExchangeRequest{});
    world.send(world.system, "InternalService/ActivateVersion", v1::ActivateVersionRequest{});
    v1::MarkAgentLostRequest lost;
    lost.set_agent("agent_99999");
    world.send(world.system, "InternalService/MarkAgentLost", lost);
}

void err_in_asking(World& world) {
    const SimParty party = world.random.pick(world.parties);
    v1::GetPoolRequest pool;
    pool.set_pool("pool_99999");
    world.query<v1::Pool>(party.key, "CatalogService/GetPool", pool);
    v1::ListProductsRequest products;
    products.mutable_page()->set_size(1'000);
    world.query<v1::ListProductsResponse>(party.key, "CatalogService/ListProducts", products);
    v1::ResolveIdentifierRequest resolve;
    resolve.set_identifier(world.random.one_in(2)
                               ? "PSK1-SIM1-P-0000099999-00"
                               : identifier_text({"SIM1", IdentifierKind::pool, 99'999}));
    world.query<v1::ResolveIdentifierResponse>(world.nobody, "CatalogService/ResolveIdentifier",
                                               resolve);
}

constexpr std::array kWrongs{
    err_in_review,    err_in_signing_up, err_with_keys,   err_with_tokens,    err_in_joining,
    err_in_measuring, err_in_listing,    err_in_ordering, err_with_contracts, err_with_money,
    err_in_work,      err_in_reports,    err_in_usage,    err_in_final_usage, err_in_calling,
    err_in_asking,    err_in_pricing,    err_by_plan,     err_in_terms,       err_in_disputes};

}  // namespace

void act_wrongly(World& world) {
    const auto which = static_cast<std::size_t>(
        world.random.between(0, static_cast<std::int64_t>(kWrongs.size()) - 1));
    kWrongs[which](world);
}

}  // namespace penstock::sim
