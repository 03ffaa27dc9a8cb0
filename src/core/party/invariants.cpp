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

void check_user(UserId id, const User& user, Broken& broken) {
    if (user.profile == VaultRef{}) broken.push_back(id.text() + " has no profile");
    if (user.state != UserState::active && user.password != VaultRef{})
        broken.push_back(id.text() + " has a password, yet is not active");
    if (!user.has_second_factor() && !user.recovery.empty())
        broken.push_back(id.text() + " has recovery codes without a second factor");
    if (user.devices.size() > kDevicesMax) broken.push_back(id.text() + " has too many devices");
    const bool has_duty = user.roles.intersects(kDuties);
    if (user.roles.is_empty() || (has_duty && !user.roles.has_one()))
        broken.push_back(id.text() + " has no role, or a duty beside others");
}

}  // namespace

std::vector<std::string> broken_invariants(const People& people) {
    Broken broken;
    std::map<VaultRef, UserId> by_profile;
    std::map<SecretHash, UserId> by_invitation;
    std::map<PartyId, std::set<UserId>> users_of;
    people.users_.for_each([&](UserId id, const User& user) {
        check_user(id, user, broken);
        if (user.state == UserState::removed) return;
        by_profile.emplace(user.profile, id);
        users_of[user.party].insert(id);
        if (user.invitation_expires_at.ns != 0) by_invitation.emplace(user.invitation, id);
    });
    if (by_profile != people.by_profile_ || by_invitation != people.by_invitation_ ||
        users_of != people.users_of_)
        broken.emplace_back("users are misfiled");
    std::map<UserId, std::set<SessionId>> sessions_of;
    std::set<std::pair<Instant, SessionId>> by_expiry;
    people.sessions_.for_each([&](SessionId id, const Session& session) {
        const User* user = people.users_.find(session.user);
        if (user == nullptr || user->state != UserState::active)
            broken.push_back(id.text() + " is of nobody who may sign in");
        if (session.expires_at <= session.created_at || session.last_used_at < session.created_at)
            broken.push_back(id.text() + " has ended before it began");
        sessions_of[session.user].insert(id);
        by_expiry.emplace(session.expires_at, id);
    });
    for (const auto& [user, sessions] : sessions_of) {
        if (sessions.size() > kSessionsMax) broken.push_back(user.text() + " has many sessions");
    }
    if (sessions_of != people.sessions_of_ || by_expiry != people.by_expiry_)
        broken.emplace_back("sessions are misfiled");
    return broken;
}

std::vector<std::string> broken_invariants(const Directory& directory) {
    Broken broken;
    directory.parties_.for_each(
        [&](PartyId id, const Party& party) { check_party(id, party, broken); });
    const auto exists = [&](PartyId party) { return directory.parties_.find(party) != nullptr; };

    std::map<PartyId, std::set<KeyId>> keys_of;
    directory.keys_.for_each([&](KeyId id, const ApiKey& key) {
        if (!exists(key.party)) broken.push_back(id.text() + " is of no party");
        if (!key.revoked) keys_of[key.party].insert(id);
    });
    if (keys_of != directory.keys_of_) broken.emplace_back("keys are misfiled");

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
