// IdentityDesk's part for those who manage users.
#include <charconv>

#include "base/text.h"
#include "base/try.h"
#include "core/exchange/describe.h"
#include "core/exchange/error.h"
#include "core/exchange/page.h"
#include "crypto/bytes.h"
#include "crypto/hex.h"
#include "shell/identity/email.h"
#include "shell/identity/error.h"
#include "shell/identity/identity_desk.h"

namespace penstock::shell {

namespace {

constexpr TextLength kNameLength{1, 120};

std::string text_of(std::span<const std::uint8_t> bytes) {
    return std::string(crypto::text_of(bytes));
}

std::string invitation_text(const crypto::Sha256& derived) {
    return "psi_" + crypto::hex(derived);
}

}  // namespace

Result<void> IdentityDesk::add_user(ApiCall& call) {
    const auto& request = call.request_as<v1::AddUserRequest>();
    TRY(check_idempotency_key(call.identity, call.context.idempotency_key()));
    vault::Profile profile;
    TRY_ASSIGN(profile.email, canonical_email(request.email()));
    if (!is_label(request.name(), kNameLength)) return reject(kPersonNameInvalid, "name");
    profile.name = request.name();
    const vault::Ref ref = derive_ref(call);
    const std::string invitation = invitation_text(derive(call, "invitation"));
    std::shared_lock keeping(keeping_);
    v1::InviteUserRequest invite;
    *invite.mutable_roles() = request.roles();
    invite.set_profile(text_of(ref));
    invite.set_invitation_hash(text_of(hash_of_secret(invitation)));
    TRY_ASSIGN(const auto kept, vault_.profile(ref));
    if (kept && *kept != profile) return reject(exchange::kIdempotencyMismatch);
    TRY(vault_.put_profile(ref, profile));
    auto reply =
        exchange_->give_for<v1::InviteUserResponse>(call, "InternalService/InviteUser", invite);
    if (!reply) {
        keeping.unlock();
        erase_stale(ref);
        return std::unexpected(std::move(reply).error());
    }
    // The same key may have added somebody who was removed since: then nobody was added now.
    TRY_ASSIGN(const vault::InForce in_force, in_force_of(ref));
    if (in_force.profiles.empty()) {
        keeping.unlock();
        erase_stale(ref);
        return reject(exchange::kIdempotencyMismatch);
    }
    v1::AddUserResponse response;
    response.set_user(reply->user());
    response.set_invitation(invitation);
    response.set_expires_at_ns(reply->expires_at_ns());
    call.responder.reply(response);
    return {};
}

Result<void> IdentityDesk::list_users(ApiCall& call) {
    const auto& request = call.request_as<v1::ListUsersRequest>();
    TRY_ASSIGN(const exchange::Page page, exchange::read_page(request.page()));
    v1::ListUsersResponse response;
    TRY(exchange_->look([&](const exchange::State& state, Instant now) -> Result<void> {
        const auto& users = state.people.users_of(call.caller.party);
        for (auto user = users.upper_bound(UserId{page.after}); user != users.end(); ++user) {
            if (response.people_size() == static_cast<int>(page.size)) {
                const auto last = UserId::parse(response.people().rbegin()->user().id());
                response.mutable_page()->set_next_cursor(std::to_string(last->value));
                break;
            }
            v1::User* item = response.add_people()->mutable_user();
            exchange::describe(state, *user, item);
            if (item->locked_until_ns() <= now.ns) item->clear_locked_until_ns();
        }
        return {};
    }));
    for (v1::Person& person : *response.mutable_people()) {
        vault::Ref ref{};
        std::ranges::copy(person.user().profile(), ref.begin());
        TRY_ASSIGN(const auto profile, vault_.profile(ref));
        if (!profile) continue;
        person.set_email(profile->email);
        person.set_name(profile->name);
    }
    call.responder.reply(response);
    return {};
}

void IdentityDesk::reinvite_user(std::unique_ptr<ApiCall> call) {
    if (auto checked = check_idempotency_key(call->identity, call->context.idempotency_key());
        !checked)
        return call->responder.fail(checked.error());
    const std::string invitation = invitation_text(derive(*call, "invitation"));
    v1::ResetUserRequest reset;
    reset.set_user(call->request_as<v1::ReinviteUserRequest>().user());
    reset.set_invitation_hash(text_of(hash_of_secret(invitation)));
    api_->submit_prepared(std::move(call), {.method = "InternalService/ResetUser",
                                            .request = reset.SerializeAsString(),
                                            .finish = [invitation](const std::string& bytes) {
                                                v1::ResetUserResponse done;
                                                v1::ReinviteUserResponse response;
                                                if (!done.ParseFromString(bytes))
                                                    return std::string();
                                                response.set_invitation(invitation);
                                                response.set_expires_at_ns(done.expires_at_ns());
                                                return response.SerializeAsString();
                                            }});
}

}  // namespace penstock::shell
