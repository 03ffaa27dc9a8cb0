#include <vector>

#include "base/try.h"
#include "core/exchange/audit.h"
#include "core/exchange/bytes.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/service.h"
#include "core/exchange/settle.h"
#include "core/exchange/supply.h"
#include "core/exchange/work.h"

namespace penstock::exchange {

Result<void> add_enrolment_token(Context& context, const v1::AddEnrolmentTokenRequest& request,
                                 v1::AddEnrolmentTokenResponse& response) {
    party::Directory& directory = context.state.directory;
    TRY_ASSIGN(const auto hash, read_hash(request.token_hash(), "token_hash"));
    const party::TokenRequest token{.site_name = request.site_name(),
                                    .pool_name = request.pool_name(),
                                    .ttl_seconds = request.ttl_seconds(),
                                    .place = request.place()};
    TRY(directory.check_add_token(context.caller.party, token, hash, context.now));
    TRY(context.state.catalog.check_join(context.caller.party, token.site_name, token.pool_name));
    response.set_expires_at_ns(
        directory.add_token(context.caller.party, token, hash, context.now).ns);
    emit_act(context,
             {.kind = v1::ACT_ENROLMENT_TOKEN_ADDED, .subject = context.caller.party.text()});
    return {};
}

Result<void> join_agent(Context& context, const v1::JoinAgentRequest& request,
                        v1::JoinAgentResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const auto hash, read_hash(request.token_hash(), "token"));
    TRY_ASSIGN(const party::EnrolmentToken* found, state.directory.check_token(hash, context.now));
    const party::EnrolmentToken token = *found;
    TRY_ASSIGN(const party::PublicKey key, state.directory.check_public_key(request.public_key()));
    TRY(state.catalog.check_join(token.party, token.site_name, token.pool_name));

    state.directory.use_token(hash);
    const AgentId agent = state.directory.next_agent_id();
    const auto place = state.catalog.join(token.party, token.site_name, token.pool_name, agent);
    if (!token.place.empty()) state.catalog.locate(place.site, token.place);
    state.directory.add_agent(token.party, place.site, place.pool, key);
    state.desks[agent];
    emit_agent(context, agent);
    emit_act(context,
             {.kind = v1::ACT_AGENT_JOINED, .party = token.party, .subject = agent.text()});
    emit_pool(context, place.pool);
    response.set_agent(agent.text());
    response.set_site(place.site.text());
    response.set_pool(place.pool.text());
    response.set_key_epoch(state.directory.agent(agent).key_epoch);
    return {};
}

Result<void> revoke_agent(Context& context, const v1::RevokeAgentRequest& request,
                          v1::RevokeAgentResponse&) {
    State& state = context.state;
    TRY_ASSIGN(const AgentId id, read_id<AgentId>(request.agent(), "agent"));
    TRY(state.directory.check_revoke_agent(id));

    const PoolId pool = state.directory.agent(id).pool;
    state.directory.revoke_agent(id);
    emit_agent(context, id);
    emit_act(context, {.kind = v1::ACT_AGENT_REVOKED, .subject = id.text()});
    lose_attempts(context, id, "The agent was revoked.");
    const auto withdrawn = state.catalog.release(pool);
    set_pool_limit(context, pool);
    stop_selling(context, pool, withdrawn);
    emit_pool(context, pool);
    const std::set<ContractId> served = state.desks[id].contracts;
    if (state.settings.logic_version >= kRevokedInTurnVersion && !served.empty()) {
        for (const ContractId contract : served)
            state.timers.set(context.now, TimerKind::agent_revoked, contract.value);
        touch_desk(state, id);
        return {};
    }
    for (const ContractId contract : served)
        close_contract(context, contract, contract::CloseReason::supplier_revoked);
    state.desks.erase(id);
    return {};
}

Result<void> mark_agent_lost(Context& context, const v1::MarkAgentLostRequest& request,
                             v1::MarkAgentLostResponse& response) {
    TRY_ASSIGN(const AgentId id, read_id<AgentId>(request.agent(), "agent"));
    TRY(context.state.directory.check_mark_lost(id));
    context.state.directory.mark_lost(id);
    tell_service(context, id, false);
    emit_agent(context, id);
    response.set_attempts_lost(
        lose_attempts(context, id, "The agent was not heard of until its leases had ended."));
    return {};
}

Result<void> mark_agent_back(Context& context, const v1::MarkAgentBackRequest& request,
                             v1::MarkAgentBackResponse&) {
    State& state = context.state;
    TRY_ASSIGN(const AgentId id, read_id<AgentId>(request.agent(), "agent"));
    TRY(state.directory.check_mark_back(id));
    state.directory.mark_back(id);
    tell_service(context, id, true);
    emit_agent(context, id);
    const std::set<ContractId> served = state.desks[id].contracts;
    for (const ContractId contract : served)
        assign_work(context, state.contracts.at(contract).order);
    touch_desk(state, id);
    return {};
}

}  // namespace penstock::exchange
