#include "core/party/directory.h"

#include <algorithm>

#include "base/assert.h"
#include "base/text.h"
#include "base/try.h"
#include "core/party/error.h"

namespace penstock::party {

namespace {

constexpr TextLength kPartyNameLength{1, 120};
constexpr TextLength kLabelLength{1, 60};
constexpr TextLength kNoteLength{0, 500};

}  // namespace

// ---- Who calls, and may he?

Result<Caller> Directory::identify_key(KeyId key) const {
    const ApiKey* found = keys_.find(key);
    if (found == nullptr) return reject(kUnauthenticated);
    if (found->revoked) return reject(kKeyRevoked);
    return Caller{.kind = Caller::Kind::member, .party = found->party, .agent = {}};
}

Result<Caller> Directory::identify_agent(AgentId agent) const {
    const Agent* found = agents_.find(agent);
    if (found == nullptr) return reject(kUnauthenticated);
    if (found->revoked) return reject(kAgentRevoked);
    return Caller{.kind = Caller::Kind::agent, .party = found->party, .agent = agent};
}

Result<void> Directory::check_permission(const Caller& caller, Permission permission,
                                         Effect effect) const {
    if (caller.kind == Caller::Kind::anonymous || caller.kind == Caller::Kind::system) {
        return party::check_permission({}, {}, permission, caller.kind, effect);
    }
    const Party& party = parties_.at(caller.party);
    return party::check_permission(party.roles, party.state, permission, caller.kind, effect);
}

// ---- Parties

Result<void> Directory::check_open_party(std::string_view name, Roles roles) const {
    if (!is_label(name, kPartyNameLength)) return reject(kPartyNameInvalid, "name");
    if (roles.is_empty() || roles.contains(Role::exchange_operator)) {
        return reject(kRolesInvalid, "roles");
    }
    return {};
}

PartyId Directory::open_party(std::string_view name, Roles roles, Instant now) {
    PENSTOCK_ASSERT(check_open_party(name, roles));
    return parties_
        .add({.name = std::string(name),
              .roles = roles,
              .state = PartyState::applied,
              .registered_at = now,
              .decided_at = {},
              .note = {}})
        .first;
}

Result<void> Directory::check_open_operator(std::string_view name) const {
    if (!is_label(name, kPartyNameLength)) return reject(kPartyNameInvalid, "operator_name");
    return {};
}

PartyId Directory::open_operator(std::string_view name, Instant now) {
    PENSTOCK_ASSERT(check_open_operator(name));
    return parties_
        .add({.name = std::string(name),
              .roles = {Role::exchange_operator},
              .state = PartyState::qualified,
              .registered_at = now,
              .decided_at = now,
              .note = {}})
        .first;
}

Result<void> Directory::check_review(PartyId party, PartyState decision,
                                     std::string_view note) const {
    const Party* found = parties_.find(party);
    if (found == nullptr) return reject(kPartyNotFound, "party");
    if (!is_prose(note, kNoteLength)) return reject(kNoteInvalid, "note");
    if (found->roles.contains(Role::exchange_operator)) {
        return reject(kOperatorNotReviewed, "party");
    }
    if (!may_change(found->state, decision)) return reject(kReviewNotAllowed, "decision");
    return {};
}

void Directory::review(PartyId party, PartyState decision, std::string_view note, Instant now) {
    PENSTOCK_ASSERT(check_review(party, decision, note));
    Party& reviewed = parties_.at(party);
    reviewed.state = decision;
    reviewed.decided_at = now;
    reviewed.note = note;
}

// ---- Keys

Result<void> Directory::check_add_key(PartyId party, std::string_view label) const {
    if (parties_.find(party) == nullptr) return reject(kPartyNotFound);
    if (!is_label(label, kLabelLength)) return reject(kLabelInvalid, "label");
    const auto in_force = keys_in_force_.find(party);
    if (in_force != keys_in_force_.end() && in_force->second >= kKeysMax) {
        return reject(kTooManyKeys);
    }
    return {};
}

KeyId Directory::add_key(PartyId party, std::string_view label, const SecretHash& secret_hash,
                         Instant now) {
    PENSTOCK_ASSERT(check_add_key(party, label));
    ++keys_in_force_[party];
    return keys_
        .add({.party = party,
              .label = std::string(label),
              .created_at = now,
              .secret_hash = secret_hash,
              .revoked = false})
        .first;
}

Result<void> Directory::check_revoke_key(KeyId key) const {
    const ApiKey* found = keys_.find(key);
    if (found == nullptr) return reject(kKeyNotFound, "key");
    if (found->revoked) return reject(kKeyAlreadyRevoked, "key");
    return {};
}

void Directory::revoke_key(KeyId key) {
    PENSTOCK_ASSERT(check_revoke_key(key));
    ApiKey& revoked = keys_.at(key);
    revoked.revoked = true;
    const auto in_force = keys_in_force_.find(revoked.party);
    PENSTOCK_ASSERT(in_force != keys_in_force_.end());
    if (--in_force->second == 0) keys_in_force_.erase(in_force);
}

}  // namespace penstock::party
