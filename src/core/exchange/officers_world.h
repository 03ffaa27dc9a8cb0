#pragma once

#include "core/exchange/exchange_world.h"

namespace penstock::exchange {

/// A person of the operator who signs in.
inline Actor sign_in_officer(World& world, char letter) {
    v1::InviteUserRequest invite;
    invite.add_roles(v1::USER_SYSTEM_ADMINISTRATOR);
    invite.set_profile(std::string(16, letter));
    invite.set_invitation_hash(std::string(32, letter));
    v1::InviteUserResponse invited;
    world.must(world.operator_key, "InternalService/InviteUser", invite, invited);
    v1::ActivateUserRequest activate;
    activate.set_invitation_hash(invite.invitation_hash());
    activate.set_password(std::string(15, letter) + "p");
    v1::ActivateUserResponse activated;
    world.must({Actor::Kind::anonymous, 0}, "InternalService/ActivateUser", activate, activated);
    v1::OpenSessionRequest open;
    open.set_user(invited.user());
    open.set_token_hash(std::string(31, letter) + "t");
    open.set_means(v1::SIGN_IN_OIDC);
    open.set_provider_second_factor(true);
    open.set_new_device_hash(std::string(31, letter) + "d");
    open.set_idle_seconds(30 * 86'400);
    open.set_lifetime_seconds(30 * 86'400);
    v1::OpenSessionResponse opened;
    world.must({Actor::Kind::system, 0}, "InternalService/OpenSession", open, opened);
    return {Actor::Kind::session, SessionId::parse(opened.session())->value};
}

/// A world in which two persons of the operator are signed in, Anna and Bo.
class OfficersWorld : public World {
  public:
    Actor anna = sign_in_officer(*this, 'A');
    Actor bo = sign_in_officer(*this, 'B');
};

}  // namespace penstock::exchange
