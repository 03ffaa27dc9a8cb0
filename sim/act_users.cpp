#include "base/id.h"
#include "core/exchange/state.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/party.pb.h"
#include "sim/world.h"

/// People who are invited, sign in, mistype, change their credentials and leave.
namespace penstock::sim {
namespace {

constexpr std::size_t kUsersMax = 60;

exchange::Actor session_actor(const std::string& id) {
    return {exchange::Actor::Kind::session, SessionId::parse(id)->value};
}

std::string fresh_ref(World& world) {
    return world.fresh_hash().substr(0, 8) + "vaultref";
}

void invite(World& world, const SimParty& party) {
    if (world.users.size() >= kUsersMax) return;
    v1::InviteUserRequest request;
    request.add_roles(world.random.one_in(2)
                          ? v1::USER_ADMINISTRATOR
                          : static_cast<v1::UserRole>(world.random.between(1, 5)));
    request.set_profile(world.random.one_in(9) ? "short" : fresh_ref(world));
    request.set_invitation_hash(world.fresh_hash());
    const auto invited =
        world.command<v1::InviteUserResponse>(party.key, "InternalService/InviteUser", request);
    if (!invited) return;
    SimUser user{invited->user(), party.key, fresh_ref(world), request.invitation_hash(), {}};
    v1::ActivateUserRequest activate;
    activate.set_invitation_hash(user.invitation);
    activate.set_password(user.password);
    if (!world.random.one_in(5)) world.send(world.nobody, "InternalService/ActivateUser", activate);
    if (world.random.one_in(5)) world.send(world.nobody, "InternalService/ActivateUser", activate);
    world.users.push_back(user);
}

void sign_in(World& world, SimUser& user) {
    v1::OpenSessionRequest request;
    request.set_user(user.id);
    request.set_token_hash(world.fresh_hash());
    request.set_means(world.random.one_in(5) ? v1::SIGN_IN_OIDC : v1::SIGN_IN_PASSWORD);
    request.set_password(world.random.one_in(9) ? fresh_ref(world) : user.password);
    if (world.random.one_in(3))
        request.mutable_second_factor()->set_step(
            static_cast<std::uint64_t>(world.random.between(1, 30)));
    if (!user.device.empty()) request.set_device_hash(user.device);
    request.set_new_device_hash(world.fresh_hash());
    request.set_idle_seconds(world.random.one_in(9) ? 0 : 1'800);
    request.set_lifetime_seconds(36'000);
    const auto opened = world.command<v1::OpenSessionResponse>(
        world.system, "InternalService/OpenSession", request);
    if (!opened) return;
    user.device = request.new_device_hash();
    world.sessions.push_back(opened->session());
    if (world.sessions.size() > 2 * kUsersMax) world.sessions.erase(world.sessions.begin());
}

void mistype(World& world, const SimUser& user) {
    v1::CountFailedSignInRequest request;
    request.set_user(user.id);
    if (world.random.one_in(3)) request.set_device_hash(user.device);
    for (std::int64_t i = world.random.between(1, 7); i > 0; --i)
        world.send(world.system, "InternalService/CountFailedSignIn", request);
}

void manage(World& world, SimUser& user) {
    switch (world.random.between(0, 7)) {
        case 0: {
            v1::RemoveUserRequest request;
            request.set_user(user.id);
            world.send(user.manager, "IdentityService/RemoveUser", request);
            return;
        }
        case 1: {
            v1::ResetUserRequest request;
            request.set_user(user.id);
            request.set_invitation_hash(world.fresh_hash());
            world.send(user.manager, "InternalService/ResetUser", request);
            v1::ActivateUserRequest activate;
            activate.set_invitation_hash(request.invitation_hash());
            activate.set_password(user.password);
            if (world.random.one_in(2)) world.doze(seconds(80 * 3'600));
            world.send(world.nobody, "InternalService/ActivateUser", activate);
            return;
        }
        case 2: {
            v1::UnlockUserRequest request;
            request.set_user(user.id);
            world.send(user.manager, "IdentityService/UnlockUser", request);
            return;
        }
        default: {
            v1::SetUserRolesRequest request;
            request.set_user(user.id);
            request.add_roles(static_cast<v1::UserRole>(world.random.between(1, 5)));
            world.send(user.manager, "IdentityService/SetUserRoles", request);
        }
    }
}

void set_second_factor(World& world, const exchange::Actor& actor) {
    v1::OfferSecondFactorRequest offer;
    offer.set_secret(fresh_ref(world));
    world.send(actor, "InternalService/OfferSecondFactor", offer);
    v1::SetSecondFactorRequest set;
    set.set_secret(world.random.one_in(4) ? fresh_ref(world) : offer.secret());
    set.set_step(static_cast<std::uint64_t>(world.random.between(1, 9)));
    for (std::int64_t i = world.random.between(0, 2); i > 0; --i)
        set.add_recovery_hashes(world.fresh_hash());
    world.send(actor, "InternalService/SetSecondFactor", set);
}

/// Whatever a session may be used for, and some things that it may not.
void use_session(World& world) {
    if (world.sessions.empty()) return;
    const std::string session = world.random.pick(world.sessions);
    const exchange::Actor actor = session_actor(session);
    switch (world.random.between(0, 6)) {
        case 0:
            return set_second_factor(world, actor);
        case 1: {
            v1::UseSecondFactorRequest use;
            use.mutable_proof()->set_step(static_cast<std::uint64_t>(world.random.between(0, 40)));
            use.set_remove(world.random.one_in(2));
            world.send(actor, "InternalService/UseSecondFactor", use);
            return;
        }
        case 2: {
            v1::SetPasswordRequest set;
            set.set_password(fresh_ref(world));
            world.send(actor, "InternalService/SetPassword", set);
            return;
        }
        case 3: {
            v1::EndSessionRequest end;
            end.set_session(world.random.pick(world.sessions));
            world.send(actor, "IdentityService/EndSession", end);
            return;
        }
        case 4: {
            v1::AddApiKeyRequest add;
            add.set_label("by a user");
            add.set_key_hash(world.fresh_hash());
            add.add_scopes(static_cast<v1::Permission>(world.random.between(2, 18)));
            world.send(actor, "InternalService/AddApiKey", add);
            return;
        }
        case 5: {
            v1::NoteUseRequest note;
            note.set_session(session);
            world.send(world.system, "InternalService/NoteUse", note);
            return;
        }
        default: {
            v1::SetUserRolesRequest request;
            const auto* open =
                world.exchange().state().people.find_session(*SessionId::parse(session));
            request.set_user(open == nullptr ? "user_1" : open->user.text());
            request.add_roles(v1::USER_VIEWER);
            world.send(actor, "IdentityService/SetUserRoles", request);
        }
    }
}

void rotate_key(World& world, const SimParty& party) {
    v1::AddApiKeyRequest add;
    add.set_label("rotated");
    add.set_key_hash(world.fresh_hash());
    add.set_ttl_seconds(world.random.one_in(5) ? 7 : 600);
    if (world.random.one_in(2)) add.add_scopes(v1::PERMISSION_PARTY_READ);
    add.add_networks(world.random.one_in(5) ? "home" : "10.0.0.0/8");
    const auto added =
        world.command<v1::AddApiKeyResponse>(party.key, "InternalService/AddApiKey", add);
    if (!added) return;
    v1::ReplaceApiKeyRequest replace;
    replace.set_key(added->key());
    replace.set_key_hash(world.fresh_hash());
    replace.set_overlap_seconds(60);
    if (world.random.one_in(4)) world.doze(seconds(700));
    world.send(party.key, "InternalService/ReplaceApiKey", replace);
    const exchange::Actor old{exchange::Actor::Kind::key, KeyId::parse(added->key())->value};
    world.send(old, "IdentityService/EndSession", v1::EndSessionRequest{});
    world.send(old, "LedgerService/RequestTopUp", v1::RequestTopUpRequest{});
    v1::NoteUseRequest note;
    note.set_key(added->key());
    world.send(world.system, "InternalService/NoteUse", note);
    v1::RevokeApiKeyRequest revoke;
    revoke.set_key(added->key());
    world.send(party.key, "PartyService/RevokeApiKey", revoke);
}

}  // namespace

void act_as_user(World& world) {
    const SimParty party = world.random.pick(world.parties);
    if (world.users.empty() || world.random.one_in(6)) return invite(world, party);
    SimUser& user = world.random.pick(world.users);
    switch (world.random.between(0, 9)) {
        case 0:
        case 1:
        case 2:
            return sign_in(world, user);
        case 3:
            return mistype(world, user);
        case 4:
            return manage(world, user);
        case 5:
            return rotate_key(world, party);
        default:
            return use_session(world);
    }
}

}  // namespace penstock::sim
