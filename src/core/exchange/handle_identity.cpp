#include "base/try.h"
#include "core/exchange/audit.h"
#include "core/exchange/bytes.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/party/error.h"

namespace penstock::exchange {
namespace {

Result<party::UserRoles> read_roles(const google::protobuf::RepeatedField<int>& roles) {
    party::UserRoles result;
    for (const int role : roles) {
        if (!v1::UserRole_IsValid(role) || role == v1::USER_ROLE_UNSPECIFIED)
            return reject(kRequestMalformed, "roles");
        result.add(static_cast<party::UserRole>(role));
    }
    return result;
}

/// All zero for none at all.
Result<party::SecretHash> read_hash_if_any(std::string_view bytes, std::string_view field) {
    if (bytes.empty()) return party::SecretHash{};
    return read_hash(bytes, field);
}

Result<party::VaultRef> read_ref(std::string_view bytes, std::string_view field) {
    party::VaultRef ref;
    if (bytes.size() != ref.size()) return reject(party::kVaultRefInvalid, field);
    std::memcpy(ref.data(), bytes.data(), ref.size());
    return ref;
}

Result<party::SecondFactorProof> read_proof(const v1::SecondFactorProof& proof) {
    TRY_ASSIGN(const auto recovery, read_hash_if_any(proof.recovery_hash(), "recovery_hash"));
    return party::SecondFactorProof{proof.step(), recovery};
}

void emit_ended(Context& context, UserId user, const std::vector<SessionId>& ended) {
    for (const SessionId session : ended) emit_session_ended(context, session, user);
}

/// Of whoever calls, on a user of its party.
void emit_user_act(Context& context, v1::ActKind kind, UserId user, std::string detail = {}) {
    emit_act(context,
             {.kind = kind, .user = user, .subject = user.text(), .detail = std::move(detail)});
}

/// Of a user who is not signed in yet.
void emit_own_act(Context& context, v1::ActKind kind, UserId user, std::string subject,
                  std::string detail = {}) {
    emit_act(context, {.kind = kind,
                       .party = context.state.people.user(user).party,
                       .user = user,
                       .subject = std::move(subject),
                       .detail = std::move(detail),
                       .actor = user.text()});
}

/// The named user, whom the caller may manage: nobody manages himself.
Result<UserId> read_managed(const Context& context, std::string_view text) {
    TRY_ASSIGN(const UserId user, read_id<UserId>(text, "user"));
    if (context.caller.user == user) return reject(party::kNotOnYourself, "user");
    return user;
}

/// From this version on, the word of who has left, or has other duties, does not count.
constexpr std::uint32_t kForgetsProposalsVersion = 3;

void forget_proposals(State& state, UserId id) {
    if (state.settings.logic_version >= kForgetsProposalsVersion) state.four_eyes.forget(id);
}

}  // namespace

Result<void> invite_user(Context& context, const v1::InviteUserRequest& request,
                         v1::InviteUserResponse& response) {
    party::People& people = context.state.people;
    const PartyId party = context.caller.party;
    TRY_ASSIGN(const party::UserRoles roles, read_roles(request.roles()));
    TRY_ASSIGN(const auto profile, read_ref(request.profile(), "profile"));
    TRY_ASSIGN(const auto hash, read_hash(request.invitation_hash(), "invitation_hash"));
    TRY(people.check_invite(party, context.state.directory.party(party).roles, roles, profile,
                            hash));
    const UserId id = people.invite(party, roles, profile, hash, context.now);
    emit_user(context, id);
    emit_user_act(context, v1::ACT_USER_INVITED, id, text_of(roles));
    response.set_user(id.text());
    response.set_expires_at_ns(people.user(id).invitation_expires_at.ns);
    return {};
}

Result<void> reset_user(Context& context, const v1::ResetUserRequest& request,
                        v1::ResetUserResponse& response) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const UserId id, read_managed(context, request.user()));
    TRY_ASSIGN(const auto hash, read_hash(request.invitation_hash(), "invitation_hash"));
    TRY(people.check_reset(id, hash));
    emit_ended(context, id, people.reset(id, hash, context.now));
    emit_user(context, id);
    emit_user_act(context, v1::ACT_USER_RESET, id);
    response.set_expires_at_ns(people.user(id).invitation_expires_at.ns);
    return {};
}

Result<void> activate_user(Context& context, const v1::ActivateUserRequest& request,
                           v1::ActivateUserResponse& response) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const auto hash, read_hash(request.invitation_hash(), "invitation_hash"));
    TRY_ASSIGN(const auto password, read_ref(request.password(), "password"));
    TRY_ASSIGN(const UserId id, people.check_activate(hash, password, context.now));
    people.activate(id, password);
    emit_user(context, id);
    emit_own_act(context, v1::ACT_USER_ACTIVATED, id, id.text());
    response.set_user(id.text());
    return {};
}

Result<void> set_user_roles(Context& context, const v1::SetUserRolesRequest& request,
                            v1::SetUserRolesResponse&) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const UserId id, read_managed(context, request.user()));
    TRY_ASSIGN(const party::UserRoles roles, read_roles(request.roles()));
    const party::Party& party = context.state.directory.party(context.caller.party);
    TRY(people.check_set_roles(id, party.roles, roles));
    people.set_roles(id, roles);
    forget_proposals(context.state, id);
    emit_user(context, id);
    emit_user_act(context, v1::ACT_USER_ROLES_SET, id, text_of(roles));
    return {};
}

Result<void> remove_user(Context& context, const v1::RemoveUserRequest& request,
                         v1::RemoveUserResponse&) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const UserId id, read_managed(context, request.user()));
    TRY(people.check_user(id));
    emit_ended(context, id, people.remove(id));
    forget_proposals(context.state, id);
    emit_user(context, id);
    emit_user_act(context, v1::ACT_USER_REMOVED, id);
    return {};
}

Result<void> unlock_user(Context& context, const v1::UnlockUserRequest& request,
                         v1::UnlockUserResponse&) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const UserId id, read_managed(context, request.user()));
    TRY(people.check_user(id));
    people.unlock(id);
    emit_user(context, id);
    emit_user_act(context, v1::ACT_USER_UNLOCKED, id);
    return {};
}

Result<void> open_session(Context& context, const v1::OpenSessionRequest& request,
                          v1::OpenSessionResponse& response) {
    party::People& people = context.state.people;
    party::SignIn sign_in;
    TRY_ASSIGN(sign_in.user, read_id<UserId>(request.user(), "user"));
    TRY_ASSIGN(sign_in.token_hash, read_hash(request.token_hash(), "token_hash"));
    sign_in.means = request.means() == v1::SIGN_IN_OIDC ? party::SignInMeans::oidc
                                                        : party::SignInMeans::password;
    if (sign_in.means == party::SignInMeans::password) {
        TRY_ASSIGN(sign_in.password, read_ref(request.password(), "password"));
    }
    TRY_ASSIGN(sign_in.proof, read_proof(request.second_factor()));
    sign_in.provider_second_factor = request.provider_second_factor();
    TRY_ASSIGN(sign_in.device, read_hash_if_any(request.device_hash(), "device_hash"));
    TRY_ASSIGN(sign_in.new_device, read_hash_if_any(request.new_device_hash(), "new_device_hash"));
    sign_in.idle = seconds(request.idle_seconds());
    sign_in.lifetime = seconds(request.lifetime_seconds());
    TRY(people.check_sign_in(sign_in, context.now));
    const bool was_invited = people.user(sign_in.user).state == party::UserState::invited;
    const auto signed_in = people.sign_in(sign_in, context.now);
    emit_ended(context, sign_in.user, signed_in.ended);
    if (was_invited) emit_user(context, sign_in.user);
    emit_session(context, signed_in.session);
    emit_own_act(context, v1::ACT_SIGNED_IN, sign_in.user, signed_in.session.text(),
                 v1::SignInMeans_Name(static_cast<v1::SignInMeans>(sign_in.means)));
    const party::Session& session = people.session(signed_in.session);
    response.set_session(signed_in.session.text());
    response.set_party(people.user(sign_in.user).party.text());
    response.set_expires_at_ns(session.expires_at.ns);
    const auto caller = people.identify(signed_in.session, context.now);
    response.set_limited(caller && caller->needs_second_factor);
    return {};
}

Result<void> count_failed_sign_in(Context& context, const v1::CountFailedSignInRequest& request,
                                  v1::CountFailedSignInResponse& response) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const UserId id, read_id<UserId>(request.user(), "user"));
    TRY_ASSIGN(const auto device, read_hash_if_any(request.device_hash(), "device_hash"));
    TRY(people.check_count_failure(id, device, context.now));
    const bool known = people.count_failure(id, device, context.now);
    const Instant until = people.user(id).failures.locked_until;
    const bool is_locked = until > context.now;
    emit_sign_in_failed(context, id, known);
    // Who tried is not known, whatever he called himself.
    emit_act(context, {.kind = v1::ACT_SIGN_IN_FAILED,
                       .party = people.user(id).party,
                       .user = id,
                       .subject = id.text(),
                       .detail = is_locked ? "LOCKED" : "",
                       .actor = "anonymous"});
    if (is_locked) response.set_locked_until_ns(until.ns);
    return {};
}

Result<void> set_password(Context& context, const v1::SetPasswordRequest& request,
                          v1::SetPasswordResponse&) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const auto password, read_ref(request.password(), "password"));
    TRY(people.check_set_password(password));
    emit_ended(context, context.caller.user, people.set_password(context.caller.session, password));
    emit_user(context, context.caller.user);
    emit_user_act(context, v1::ACT_PASSWORD_SET, context.caller.user);
    return {};
}

Result<void> offer_second_factor(Context& context, const v1::OfferSecondFactorRequest& request,
                                 v1::OfferSecondFactorResponse&) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const auto secret, read_ref(request.secret(), "secret"));
    TRY(people.check_offer(context.caller.user, secret));
    people.offer(context.caller.user, secret);
    emit_user(context, context.caller.user);
    return {};
}

Result<void> set_second_factor(Context& context, const v1::SetSecondFactorRequest& request,
                               v1::SetSecondFactorResponse&) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const auto secret, read_ref(request.secret(), "secret"));
    std::vector<party::SecretHash> recovery;
    for (const std::string& bytes : request.recovery_hashes()) {
        TRY_ASSIGN(const auto hash, read_hash(bytes, "recovery_hashes"));
        recovery.push_back(hash);
    }
    TRY(people.check_set_second_factor(context.caller.user, secret, recovery));
    people.set_second_factor(context.caller.session, secret, request.step(), recovery);
    emit_user(context, context.caller.user);
    emit_session(context, context.caller.session);
    emit_user_act(context, v1::ACT_SECOND_FACTOR_SET, context.caller.user);
    return {};
}

Result<void> use_second_factor(Context& context, const v1::UseSecondFactorRequest& request,
                               v1::UseSecondFactorResponse&) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const auto proof, read_proof(request.proof()));
    TRY(people.check_use_second_factor(context.caller.user, proof));
    people.use_second_factor(
        context.caller.session, proof,
        request.remove() ? party::People::Use::remove_factor : party::People::Use::raise_session);
    emit_user(context, context.caller.user);
    emit_session(context, context.caller.session);
    emit_user_act(context,
                  request.remove() ? v1::ACT_SECOND_FACTOR_REMOVED : v1::ACT_SESSION_RAISED,
                  context.caller.user);
    return {};
}

Result<void> end_session(Context& context, const v1::EndSessionRequest& request,
                         v1::EndSessionResponse&) {
    party::People& people = context.state.people;
    TRY_ASSIGN(const SessionId id, read_id<SessionId>(request.session(), "session"));
    TRY(people.check_end(id));
    const UserId owner = people.session(id).user;
    if (owner != context.caller.user &&
        !context.caller.may.contains(party::Permission::user_manage))
        return reject(kNotYours, "session");
    people.end(id);
    emit_session_ended(context, id, owner);
    emit_act(context, {.kind = v1::ACT_SESSION_ENDED, .user = owner, .subject = id.text()});
    return {};
}

}  // namespace penstock::exchange
