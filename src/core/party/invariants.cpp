#include "core/party/invariants.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace penstock::party {

namespace {

using Broken = std::vector<std::string>;

void check_party(PartyId id, const Party& party, Broken& broken) {
    const auto state = static_cast<int>(party.state);
    if (state < 1 || state > 4) broken.push_back(id.text() + " has no state");
    if (party.roles.is_empty()) broken.push_back(id.text() + " has no role");
    const bool is_operator = party.roles.contains(Role::exchange_operator);
    if (is_operator && party.state != PartyState::qualified) {
        broken.push_back(id.text() + " is an operator that is not qualified");
    }
    if (!is_label(party.name, {1, 120})) broken.push_back(id.text() + " has no proper name");
    if (party.state == PartyState::applied && party.decided_at.ns != 0) {
        broken.push_back(id.text() + " is not reviewed, yet has a time of decision");
    }
    if (party.state != PartyState::applied && party.decided_at < party.registered_at) {
        broken.push_back(id.text() + " was decided before it was registered");
    }
}

void check_agent(AgentId id, const Agent& agent, Broken& broken) {
    if (agent.revoked && agent.live) broken.push_back(id.text() + " is revoked, yet live");
    if (agent.key_epoch == 0) broken.push_back(id.text() + " has no key");
    if (!agent.site || !agent.pool) broken.push_back(id.text() + " serves no pool");
}

}  // namespace

std::vector<std::string> broken_invariants(const Directory& directory) {
    Broken broken;
    directory.parties_.for_each(
        [&](PartyId id, const Party& party) { check_party(id, party, broken); });
    const auto exists = [&](PartyId party) { return directory.parties_.find(party) != nullptr; };

    std::map<PartyId, std::uint64_t> keys_in_force;
    directory.keys_.for_each([&](KeyId id, const ApiKey& key) {
        if (!exists(key.party)) broken.push_back(id.text() + " is of no party");
        if (!key.revoked) ++keys_in_force[key.party];
    });
    if (keys_in_force != directory.keys_in_force_) broken.emplace_back("keys are miscounted");
    for (const auto& [party, count] : keys_in_force) {
        if (count > kKeysMax) broken.push_back(party.text() + " has too many keys");
    }

    std::map<PublicKey, AgentId> agents_by_key;
    std::set<PoolId> served;
    directory.agents_.for_each([&](AgentId id, const Agent& agent) {
        check_agent(id, agent, broken);
        if (!exists(agent.party)) broken.push_back(id.text() + " is of no party");
        if (agent.revoked) return;
        if (!agents_by_key.emplace(agent.public_key, id).second) {
            broken.push_back(id.text() + " shares its public key with another agent");
        }
        if (!served.insert(agent.pool).second) {
            broken.push_back(id.text() + " shares its pool with another agent");
        }
    });
    if (agents_by_key != directory.agents_by_key_) {
        broken.emplace_back("agents are not found by their public keys");
    }

    std::set<std::pair<Instant, SecretHash>> by_expiry;
    std::map<PartyId, std::set<SecretHash>> unused;
    for (const auto& [hash, token] : directory.tokens_) {
        by_expiry.emplace(token.expires_at, hash);
        if (!token.used) unused[token.party].insert(hash);
        if (token.token_hash != hash || !exists(token.party)) {
            broken.emplace_back("an enrolment token is not what it is filed as");
        }
    }
    if (by_expiry != directory.tokens_by_expiry_ || unused != directory.tokens_unused_) {
        broken.emplace_back("enrolment tokens are misfiled");
    }
    return broken;
}

}  // namespace penstock::party
