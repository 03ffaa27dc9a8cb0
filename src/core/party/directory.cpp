#include "core/party/directory.h"

#include <algorithm>

#include "base/assert.h"
#include "base/text.h"
#include "base/try.h"
#include "core/party/error.h"
#include "core/party/refusal.h"

namespace penstock::party {

namespace {

constexpr TextLength kPartyNameLength{1, 120};
constexpr TextLength kNoteLength{0, 500};

}  // namespace

// ---- Who calls, and may he?

Result<Caller> Directory::identify_agent(AgentId agent) const {
    const Agent* found = agents_.find(agent);
    if (found == nullptr) return reject(kUnauthenticated);
    if (found->revoked) return reject(kAgentRevoked);
    Caller caller;
    caller.kind = Caller::Kind::agent;
    caller.party = found->party;
    caller.agent = agent;
    return caller;
}

Result<void> Directory::check_permission(const Caller& caller, Permission permission,
                                         Effect effect) const {
    if (caller.kind == Caller::Kind::anonymous || caller.kind == Caller::Kind::system) {
        return party::check_permission({}, {}, permission, caller.kind, effect);
    }
    const Party& party = parties_.at(caller.party);
    TRY(party::check_permission(party.roles, party.state, permission, caller.kind, effect));
    if (permission == Permission::self && !caller.user) return reject(kUsersOnly);
    if (permission == Permission::open_to_all || caller.may.contains(permission)) return {};
    if (caller.needs_second_factor) return reject(kSecondFactorNeeded);
    if (!caller.user) return reject(kKeyScopeMissing, {}, lacking_scope(permission));
    return reject(kUserRoleMissing, {}, lacking_user_role(permission, party.roles));
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

}  // namespace penstock::party
