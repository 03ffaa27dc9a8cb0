#include "core/exchange/directory.h"

#include "core/exchange/exchange.h"
#include "core/exchange/state.h"

namespace penstock::exchange {
namespace {

AgentRecord record_of(AgentId id, const party::Agent& agent) {
    return {id,         agent.party,  agent.pool, agent.public_key, agent.key_epoch,
            agent.live, agent.revoked};
}

}  // namespace

std::optional<KeyRecord> find_key(const Exchange& exchange, KeyId id) {
    const party::ApiKey* key = exchange.state().directory.find_key(id);
    if (key == nullptr) return std::nullopt;
    return KeyRecord{id,
                     key->party,
                     key->secret_hash,
                     key->revoked,
                     key->expires_at,
                     key->networks,
                     key->last_used_at};
}

std::optional<SessionRecord> find_session(const Exchange& exchange, SessionId id) {
    const party::People& people = exchange.state().people;
    const party::Session* session = people.find_session(id);
    if (session == nullptr) return std::nullopt;
    return SessionRecord{id,
                         session->user,
                         people.user(session->user).party,
                         session->token_hash,
                         session->expires_at,
                         session->last_used_at,
                         session->idle};
}

std::optional<AgentRecord> find_agent(const Exchange& exchange, AgentId id) {
    const party::Agent* agent = exchange.state().directory.find_agent(id);
    if (agent == nullptr) return std::nullopt;
    return record_of(id, *agent);
}

std::vector<AgentRecord> agents(const Exchange& exchange) {
    std::vector<AgentRecord> result;
    exchange.state().directory.agents().for_each([&](AgentId id, const party::Agent& agent) {
        if (!agent.revoked) result.push_back(record_of(id, agent));
    });
    return result;
}

std::uint64_t work_version(const Exchange& exchange, AgentId agent) {
    const auto& desks = exchange.state().desks;
    const auto desk = desks.find(agent);
    return desk == desks.end() ? 0 : desk->second.version;
}

bool agent_may_read(const Exchange& exchange, AgentId agent, const std::string& digest) {
    const task::Tasks& tasks = exchange.state().tasks;
    for (const AttemptId id : tasks.attempts_of(agent)) {
        const task::Task& task = tasks.task(tasks.attempt(id).task);
        if (tasks.workload(task.workload).inputs.contains(digest)) return true;
    }
    return false;
}

}  // namespace penstock::exchange
