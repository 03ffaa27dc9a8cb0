#include "core/party/people.h"

#include "base/assert.h"
#include "base/try.h"
#include "core/party/error.h"

namespace penstock::party {

namespace {

bool roles_fit(Roles party_roles, UserRoles roles) {
    if (party_roles.contains(Role::exchange_operator))
        return roles.has_one() && kDuties.contains(roles);
    return !roles.is_empty() && kTraderRoles.contains(roles);
}

}  // namespace

Result<void> People::check_invite(PartyId party, Roles party_roles, UserRoles roles,
                                  const VaultRef& profile, const SecretHash& invitation) const {
    if (!roles_fit(party_roles, roles)) return reject(kUserRolesInvalid, "roles");
    if (users_of(party).size() >= kUsersMax) return reject(kTooManyUsers);
    if (profile == VaultRef{} || by_profile_.contains(profile)) return reject(kVaultRefInvalid);
    if (by_invitation_.contains(invitation)) return reject(kSecretRepeated);
    return {};
}

UserId People::invite(PartyId party, UserRoles roles, const VaultRef& profile,
                      const SecretHash& invitation, Instant now) {
    User user;
    user.party = party;
    user.roles = roles;
    user.created_at = now;
    user.profile = profile;
    user.invitation = invitation;
    user.invitation_expires_at = now + kInvitationLifetime;
    const UserId id = users_.add(std::move(user)).first;
    by_profile_.emplace(profile, id);
    by_invitation_.emplace(invitation, id);
    users_of_[party].insert(id);
    return id;
}

Result<void> People::check_user(UserId user) const {
    const User* found = users_.find(user);
    if (found == nullptr) return reject(kUserNotFound, "user");
    if (found->state == UserState::removed) return reject(kUserRemoved, "user");
    return {};
}

Result<void> People::check_set_roles(UserId user, Roles party_roles, UserRoles roles) const {
    TRY(check_user(user));
    if (!roles_fit(party_roles, roles)) return reject(kUserRolesInvalid, "roles");
    return {};
}

void People::set_roles(UserId user, UserRoles roles) {
    PENSTOCK_ASSERT(check_user(user));
    users_.at(user).roles = roles;
}

void People::forget_invitation(User& user) {
    if (user.invitation_expires_at.ns == 0) return;
    by_invitation_.erase(user.invitation);
    user.invitation = {};
    user.invitation_expires_at = {};
}

std::vector<SessionId> People::remove(UserId id) {
    PENSTOCK_ASSERT(check_user(id));
    User& user = users_.at(id);
    forget_invitation(user);
    by_profile_.erase(user.profile);
    const auto siblings = users_of_.find(user.party);
    siblings->second.erase(id);
    if (siblings->second.empty()) users_of_.erase(siblings);
    User gone;
    gone.party = user.party;
    gone.roles = user.roles;
    gone.state = UserState::removed;
    gone.created_at = user.created_at;
    gone.profile = user.profile;
    user = gone;
    return end_all(id);
}

Result<void> People::check_reset(UserId user, const SecretHash& invitation) const {
    TRY(check_user(user));
    if (by_invitation_.contains(invitation)) return reject(kSecretRepeated);
    return {};
}

std::vector<SessionId> People::reset(UserId id, const SecretHash& invitation, Instant now) {
    PENSTOCK_ASSERT(check_reset(id, invitation));
    User& user = users_.at(id);
    forget_invitation(user);
    user.state = UserState::invited;
    user.password = {};
    user.second_factor = {};
    user.offered_factor = {};
    user.recovery.clear();
    user.failures = {};
    user.devices.clear();
    user.invitation = invitation;
    user.invitation_expires_at = now + kInvitationLifetime;
    by_invitation_.emplace(invitation, id);
    return end_all(id);
}

void People::unlock(UserId user) {
    PENSTOCK_ASSERT(check_user(user));
    users_.at(user).failures = {};
}

Result<UserId> People::check_activate(const SecretHash& invitation, const VaultRef& password,
                                      Instant now) const {
    const auto found = by_invitation_.find(invitation);
    if (found == by_invitation_.end()) return reject(kInvitationInvalid, "invitation");
    if (now >= users_.at(found->second).invitation_expires_at)
        return reject(kInvitationInvalid, "invitation");
    if (password == VaultRef{}) return reject(kVaultRefInvalid);
    return found->second;
}

void People::activate(UserId id, const VaultRef& password) {
    User& user = users_.at(id);
    PENSTOCK_ASSERT(user.state == UserState::invited);
    forget_invitation(user);
    user.state = UserState::active;
    user.password = password;
}

std::optional<UserId> People::find_by_profile(const VaultRef& profile) const {
    const auto found = by_profile_.find(profile);
    if (found == by_profile_.end()) return std::nullopt;
    return found->second;
}

const std::set<UserId>& People::users_of(PartyId party) const {
    static const std::set<UserId> kNone;
    const auto found = users_of_.find(party);
    return found == users_of_.end() ? kNone : found->second;
}

const std::set<SessionId>& People::sessions_of(UserId user) const {
    static const std::set<SessionId> kNone;
    const auto found = sessions_of_.find(user);
    return found == sessions_of_.end() ? kNone : found->second;
}

}  // namespace penstock::party
