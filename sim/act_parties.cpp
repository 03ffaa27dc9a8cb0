#include "base/id.h"
#include "core/exchange/state.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/party.pb.h"
#include "sim/profile.h"
#include "sim/world.h"

namespace penstock::sim {
namespace {

constexpr std::size_t kPartiesMax = 12;
constexpr std::size_t kAgentsMax = 8;
constexpr std::size_t kProductsKept = 20;

exchange::Actor key_actor(const std::string& id) {
    return {exchange::Actor::Kind::key, KeyId::parse(id)->value};
}

void sign_up(World& world, bool supplies) {
    v1::OpenPartyRequest request;
    request.set_name(world.fresh_name(supplies ? "supplier" : "buyer"));
    request.add_roles(supplies ? v1::ROLE_SUPPLIER : v1::ROLE_BUYER);
    // Suppliers buy too, when short.
    if (supplies && world.random.one_in(2)) request.add_roles(v1::ROLE_BUYER);
    request.set_key_hash(world.fresh_hash());
    const auto opened =
        world.command<v1::OpenPartyResponse>(world.nobody, "InternalService/OpenParty", request);
    if (!opened) return;
    world.parties.push_back({opened->party(), key_actor(opened->key()), opened->key(), supplies});
}

void review(World& world, const std::string& party, v1::PartyState decision) {
    v1::ReviewPartyRequest request;
    request.set_party(party);
    request.set_decision(decision);
    world.send(world.operator_key, "PartyService/ReviewParty", request);
}

void enrol(World& world, const SimParty& party) {
    if (world.agents.size() >= kAgentsMax) return;
    v1::AddEnrolmentTokenRequest token;
    token.set_site_name("site");
    token.set_pool_name(world.fresh_name("pool"));
    token.set_token_hash(world.fresh_hash());
    if (world.random.one_in(2)) token.set_place("hangzhou");
    if (world.send(party.key, "InternalService/AddEnrolmentToken", token).kind !=
        Outcome::Kind::done)
        return;
    world.tokens.push_back(token.token_hash());
    if (world.random.one_in(4)) return;  // Left lying about, to expire.
    v1::JoinAgentRequest join;
    join.set_token_hash(token.token_hash());
    join.set_public_key(world.fresh_hash());
    const auto joined =
        world.command<v1::JoinAgentResponse>(world.nobody, "InternalService/JoinAgent", join);
    if (!joined) return;
    SimAgent agent;
    agent.id = joined->agent();
    agent.actor = {exchange::Actor::Kind::agent, AgentId::parse(joined->agent())->value};
    agent.party = party.id;
    agent.party_key = party.key;
    agent.pool = joined->pool();
    agent.is_lying = world.random.one_in(6);
    agent.last_call = world.now;
    world.agents.push_back(agent);
    measure(world, world.agents.back(), static_cast<std::uint32_t>(world.random.between(1, 8)));
}

void list(World& world, const SimAgent& agent) {
    v1::ListProductRequest request;
    request.set_pool(agent.pool);
    request.set_name(world.fresh_name("cores"));
    request.mutable_price_per_core_hour()->set_micros(world.random.between(1, 9'000'000));
    request.mutable_price_per_core_hour()->set_currency("CNY");
    request.set_cores(static_cast<std::uint32_t>(world.random.between(1, 4)));
    const auto listed =
        world.command<v1::ListProductResponse>(agent.actor, "CatalogService/ListProduct", request);
    if (!listed) return;
    world.products.push_back(listed->product());
    if (world.products.size() > kProductsKept) world.products.erase(world.products.begin());
}

void change_product(World& world, const SimAgent& agent) {
    if (world.products.empty()) return;
    const std::string product = world.random.pick(world.products);
    if (world.random.one_in(5)) {
        v1::WithdrawProductRequest request;
        request.set_product(product);
        world.send(agent.party_key, "CatalogService/WithdrawProduct", request);
        return;
    }
    v1::RepriceProductRequest request;
    request.set_product(product);
    request.mutable_price_per_core_hour()->set_micros(world.random.between(1, 9'000'000));
    request.mutable_price_per_core_hour()->set_currency("CNY");
    request.set_expected_price_version(static_cast<std::uint32_t>(world.random.between(1, 2)));
    world.send(agent.party_key, "CatalogService/RepriceProduct", request);
}

void revoke(World& world, SimAgent& agent) {
    v1::RevokeAgentRequest request;
    request.set_agent(agent.id);
    if (world.send(agent.party_key, "PartyService/RevokeAgent", request).kind ==
        Outcome::Kind::done)
        agent.is_revoked = true;
    if (agent.is_revoked) world.revoked_agents.push_back(agent.actor);
}

}  // namespace

void open_world(World& world) {
    v1::OpenExchangeRequest open;
    open.set_operator_name("operator");
    open.set_key_hash(world.fresh_hash());
    open.set_currency("CNY");
    open.set_fee_basis_points(static_cast<std::uint32_t>(world.random.between(0, 5'000)));
    open.set_identifier_prefix("SIM1");
    // Whatever was drawn last also says by which version's rules the world begins.
    open.set_logic_version(open.fee_basis_points() % (exchange::kNewestLogicVersion + 1));
    const auto opened =
        world.command<v1::OpenExchangeResponse>(world.system, "InternalService/OpenExchange", open);
    world.operator_key = key_actor(opened->key());
    world.operator_party = opened->party();
    for (int i = 0; i < 4; ++i) {
        sign_up(world, i < 2);
        review(world, world.parties.back().id, v1::PARTY_QUALIFIED);
        if (i < 2) enrol(world, world.parties.back());
    }
}

void act_as_operator(World& world) {
    if (world.random.one_in(3)) return act_as_officer(world);
    const SimParty party = world.random.pick(world.parties);
    switch (world.random.between(0, 9)) {
        case 0:
            if (world.parties.size() >= kPartiesMax || !world.random.one_in(8)) return;
            sign_up(world, world.random.one_in(3));
            if (world.random.one_in(4)) review(world, world.parties.back().id, v1::PARTY_REJECTED);
            return;
        case 1:
            if (world.random.one_in(8)) review(world, party.id, v1::PARTY_SUSPENDED);
            return;
        case 2:
            if (world.random.one_in(4)) review(world, party.id, v1::PARTY_REJECTED);
            return;
        case 3:
        case 4:
        case 5:
            return review(world, party.id, v1::PARTY_QUALIFIED);
        default: {
            if (world.top_ups.empty()) return;
            v1::ConfirmTopUpRequest request;
            request.set_top_up(world.random.pick(world.top_ups));
            request.set_bank_reference(world.fresh_name("bank"));
            request.mutable_amount()->set_micros(world.random.one_in(10) ? 1 : 50'000'000);
            request.mutable_amount()->set_currency("CNY");
            world.send(world.operator_key, "LedgerService/ConfirmTopUp", request);
        }
    }
}

void act_as_supplier(World& world) {
    if (world.agents.size() < 4 || world.random.one_in(10)) {
        const SimParty party = world.random.pick(world.parties);
        if (party.supplies) enrol(world, party);
        return;
    }
    SimAgent& agent = world.random.pick(world.agents);
    switch (world.random.between(0, 39)) {
        case 0:
            return revoke(world, agent);
        case 1:
        case 2:
            agent.is_stalled = !agent.is_stalled;
            return;
        case 3:
        case 4:
        case 5:
            return change_product(world, agent);
        case 6:
        case 7:
            return measure(world, agent, static_cast<std::uint32_t>(world.random.between(1, 8)));
        case 8:
        case 9:
            return announce_price(world);
        case 16:
        case 17:
            return agree_terms(world);
        case 10:
        case 11:
        case 12:
        case 13:
        case 14:
        case 15:
            return act_on_plan_contract(world);
        default:
            if (world.random.one_in(3)) list(world, agent);
            return;
    }
}

}  // namespace penstock::sim
