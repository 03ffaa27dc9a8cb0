// IdentityDesk's part about passwords and sessions.
#include <utility>

#include "base/try.h"
#include "core/exchange/describe.h"
#include "core/exchange/error.h"
#include "core/party/error.h"
#include "core/party/permission.h"
#include "crypto/bytes.h"
#include "shell/api/cookie.h"
#include "shell/api/session_token.h"
#include "shell/identity/email.h"
#include "shell/identity/error.h"
#include "shell/identity/identity_desk.h"
#include "shell/identity/password_rules.h"

namespace penstock::shell {

namespace {

constexpr std::int64_t kDeviceDays = 180;
constexpr std::int64_t kDaySeconds = 24 * 3'600;

std::string text_of(const crypto::Sha256& hash) {
    return std::string(crypto::text_of(hash));
}

std::string text_of(const party::VaultRef& ref) {
    return std::string(crypto::text_of(ref));
}

}  // namespace

std::string IdentityDesk::device_of(const ApiCall& call) const {
    const auto device = find_cookie(call.context.http.headers.value("cookie"),
                                    cookie_name(kDeviceCookie, options_.secure_cookies));
    return device ? std::string(*device) : std::string();
}

Result<void> IdentityDesk::count_failure(UserId user, std::string_view device) {
    v1::CountFailedSignInRequest request;
    request.set_user(user.text());
    if (!device.empty()) request.set_device_hash(text_of(hash_of_secret(device)));
    TRY(exchange_->give<v1::CountFailedSignInResponse>("InternalService/CountFailedSignIn",
                                                       request));
    return {};
}

Result<void> IdentityDesk::sign_in(ApiCall& call) {
    const auto& request = call.request_as<v1::SignInRequest>();
    Proven proven;
    proven.device = device_of(call);
    proven.bearer = request.bearer();
    const party::SecretHash device =
        proven.device.empty() ? party::SecretHash{} : hash_of_secret(proven.device);
    const auto email = canonical_email(request.email());
    std::optional<vault::Ref> profile;
    if (email) {
        TRY_ASSIGN(profile, vault_.find_email(*email));
    }
    Facts found;
    if (profile) {
        TRY(exchange_->look([&](const exchange::State& state, Instant now) -> Result<void> {
            const auto user = state.people.find_by_profile(*profile);
            if (!user) return {};
            const party::User& facts = state.people.user(*user);
            const bool may =
                facts.state == party::UserState::active && state.people.may_try(facts, device, now);
            proven.user = *user;
            if (may) found = facts;
            return {};
        }));
    }
    // Whoever cannot sign in costs as much time as who can.
    std::string verifier = nobodys_verifier_;
    if (found) {
        TRY_ASSIGN(const auto kept, vault_.secret(found->password));
        if (kept) verifier = *kept;
    }
    const bool is_right = crypto::is_password(request.password(), verifier);
    if (!found) return reject(kSignInFailed);
    const auto fail = [&]() -> Result<void> {
        auto counted = count_failure(proven.user, proven.device);
        if (!counted && counted.error().number() != party::kSignInLocked.number) return counted;
        return reject(kSignInFailed);
    };
    if (!is_right) return fail();
    proven.password = found->password;
    if (found->has_second_factor()) {
        if (request.code().empty()) return reject(kCodeNeeded, "code");
        TRY_ASSIGN(const auto proof, check_code(*found, request.code()));
        if (!proof) return fail();
        proven.proof = *proof;
    }
    TRY_ASSIGN(const Opened opened, open_session(proven));
    for (const std::string& cookie : opened.cookies)
        call.responder.add_header("Set-Cookie", cookie);
    call.responder.reply(opened.response);
    return {};
}

Result<IdentityDesk::Opened> IdentityDesk::open_session(const Proven& proven) {
    SessionToken token{0, SessionToken::draw_secret()};
    const TokenCarrier carrier = proven.bearer ? TokenCarrier::bearer : TokenCarrier::cookie;
    const std::string new_device = proven.bearer ? "" : SessionToken::draw_secret();
    v1::OpenSessionRequest request;
    request.set_user(proven.user.text());
    request.set_token_hash(text_of(token.hash(carrier)));
    request.set_means(proven.means);
    if (proven.means == v1::SIGN_IN_PASSWORD) request.set_password(text_of(proven.password));
    if (proven.proof.step != 0) request.mutable_second_factor()->set_step(proven.proof.step);
    if (proven.proof.recovery != party::SecretHash{})
        request.mutable_second_factor()->set_recovery_hash(text_of(proven.proof.recovery));
    request.set_provider_second_factor(proven.provider_second_factor);
    if (!proven.device.empty()) request.set_device_hash(text_of(hash_of_secret(proven.device)));
    if (!new_device.empty()) request.set_new_device_hash(text_of(hash_of_secret(new_device)));
    const auto whole_seconds = [](Duration time) {
        return static_cast<std::uint32_t>(time.ns / seconds(1).ns);
    };
    request.set_idle_seconds(whole_seconds(options_.session_idle));
    request.set_lifetime_seconds(whole_seconds(options_.session_lifetime));
    TRY_ASSIGN(const auto reply,
               exchange_->give<v1::OpenSessionResponse>("InternalService/OpenSession", request));
    token.session = SessionId::parse(reply.session())->value;

    Opened opened;
    opened.response.set_session(reply.session());
    opened.response.set_user(proven.user.text());
    opened.response.set_party(reply.party());
    opened.response.set_expires_at_ns(reply.expires_at_ns());
    opened.response.set_limited(reply.limited());
    if (proven.bearer) {
        opened.response.set_token(token.text());
        return opened;
    }
    opened.response.set_csrf_token(token.csrf_token());
    opened.cookies.push_back(
        set_cookie(kSessionCookie, token.text(),
                   {.secure = options_.secure_cookies,
                    .max_age_seconds = whole_seconds(options_.session_lifetime)}));
    opened.cookies.push_back(set_cookie(
        kDeviceCookie, new_device,
        {.secure = options_.secure_cookies, .max_age_seconds = kDeviceDays * kDaySeconds}));
    return opened;
}

Result<void> IdentityDesk::keep_password(const vault::Ref& ref, const vault::Ref& profile,
                                         const std::string& password) {
    const std::string verifier = crypto::make_password_verifier(password, options_.password_cost);
    TRY(vault_.put_secret(ref, profile, verifier));
    TRY_ASSIGN(const auto kept, vault_.secret(ref));
    if (kept == verifier || (kept && crypto::is_password(password, *kept))) return {};
    return reject(exchange::kIdempotencyMismatch);
}

Result<void> IdentityDesk::check_repeated(UserId user, const vault::Ref& ref,
                                          const std::string& password) {
    Instant locked_until;
    TRY(exchange_->look([&](const exchange::State& state, Instant) -> Result<void> {
        locked_until = state.people.user(user).failures.locked_until;
        return {};
    }));
    if (clock_.wall() < locked_until) return reject(party::kSignInLocked);
    TRY_ASSIGN(const auto kept, vault_.secret(ref));
    // Gone when the user has another password by now.
    if (!kept || crypto::is_password(password, *kept)) return {};
    TRY(count_failure(user, {}));
    return reject(exchange::kIdempotencyMismatch);
}

Result<void> IdentityDesk::accept_invitation(ApiCall& call) {
    const auto& request = call.request_as<v1::AcceptInvitationRequest>();
    TRY(check_idempotency_key(call.identity, call.context.idempotency_key()));
    const crypto::Sha256 hash = hash_of_secret(request.invitation());
    const vault::Ref ref = derive_ref(call, request.invitation());
    const std::shared_lock keeping(keeping_);
    Facts invited;
    TRY(exchange_->look([&](const exchange::State& state, Instant now) -> Result<void> {
        const auto user = state.people.check_activate(hash, ref, now);
        if (user) invited = state.people.user(*user);
        return {};
    }));
    // Without one, the exchange says why; or gives the first answer, if this one came again.
    if (invited) {
        TRY_ASSIGN(const auto about, words_about(*invited));
        TRY(check_password(request.password(), about));
        TRY(keep_password(ref, invited->profile, request.password()));
    }
    v1::ActivateUserRequest activate;
    activate.set_invitation_hash(text_of(hash));
    activate.set_password(text_of(ref));
    TRY_ASSIGN(const auto reply, exchange_->give_for<v1::ActivateUserResponse>(
                                     call, "InternalService/ActivateUser", activate));
    if (!invited) TRY(check_repeated(*UserId::parse(reply.user()), ref, request.password()));
    v1::AcceptInvitationResponse response;
    response.set_user(reply.user());
    call.responder.reply(response);
    return {};
}

Result<void> IdentityDesk::change_password(ApiCall& call) {
    const auto& request = call.request_as<v1::ChangePasswordRequest>();
    TRY(check_idempotency_key(call.identity, call.context.idempotency_key()));
    std::shared_lock keeping(keeping_);
    TRY_ASSIGN(const Self self, self_of(call));
    const vault::Ref ref = derive_ref(call);
    const bool is_repeated = ref == self.user.password;
    if (is_repeated) {
        TRY(check_repeated(self.id, ref, request.new_password()));
    } else {
        const party::Failures& failures = self.user.failures;
        if (clock_.wall() < failures.locked_until) return reject(party::kSignInLocked);
        TRY_ASSIGN(const auto verifier, vault_.secret(self.user.password));
        if (verifier && !crypto::is_password(request.current_password(), *verifier)) {
            TRY(count_failure(self.id, {}));
            return reject(kPasswordWrong, "current_password");
        }
        TRY_ASSIGN(const auto about, words_about(self.user));
        auto checked = check_password(request.new_password(), about);
        if (!checked) return reject(checked.error().rejection(), "new_password");
        TRY(keep_password(ref, self.user.profile, request.new_password()));
    }
    v1::SetPasswordRequest set;
    set.set_password(text_of(ref));
    TRY(exchange_->give_for<v1::SetPasswordResponse>(call, "InternalService/SetPassword", set));
    TRY_ASSIGN(const Self after, self_of(call));
    keeping.unlock();
    erase_stale(self.user.profile);
    // The answer was that of an earlier request with the key, and the password is a later one's.
    if (after.user.password != ref) return reject(exchange::kIdempotencyMismatch);
    call.responder.reply(v1::ChangePasswordResponse());
    return {};
}

Result<void> IdentityDesk::get_session(ApiCall& call) {
    TRY_ASSIGN(const Self self, self_of(call));
    v1::GetSessionResponse response;
    *response.mutable_session() = self.session;
    TRY(exchange_->look([&](const exchange::State& state, Instant) -> Result<void> {
        exchange::describe(state, self.id, response.mutable_person()->mutable_user());
        return {};
    }));
    response.mutable_person()->mutable_user()->clear_locked_until_ns();
    TRY_ASSIGN(const auto profile, vault_.profile(self.user.profile));
    if (profile) {
        response.mutable_person()->set_email(profile->email);
        response.mutable_person()->set_name(profile->name);
    }
    party::Roles roles;
    TRY(exchange_->look([&](const exchange::State& state, Instant) -> Result<void> {
        roles = state.directory.party(self.user.party).roles;
        return {};
    }));
    for (const party::PermissionRow& row : party::kPermissions) {
        if (self.may.contains(row.permission) && row.roles.intersects(roles))
            response.add_permissions(static_cast<v1::Permission>(row.permission));
    }
    response.set_limited(self.limited);
    if (call.identity.by_cookie) response.set_csrf_token(call.identity.token->csrf_token());
    call.responder.reply(response);
    return {};
}

void IdentityDesk::sign_out(std::unique_ptr<ApiCall> call) {
    const bool by_cookie = call->identity.by_cookie;
    const bool is_user = call->identity.actor.kind == exchange::Actor::Kind::session;
    // The exchange refuses who is no user, and who sends no key.
    v1::EndSessionRequest end;
    end.set_session(SessionId{is_user ? call->identity.actor.id : 1}.text());
    if (auto checked = check_idempotency_key(call->identity, call->context.idempotency_key());
        !checked)
        return call->responder.fail(checked.error());
    if (by_cookie)
        call->responder.add_header(
            "Set-Cookie", set_cookie(kSessionCookie, "", {.secure = options_.secure_cookies}));
    api_->submit_prepared(
        std::move(call),
        {.method = "IdentityService/EndSession", .request = end.SerializeAsString(), .finish = {}});
}

}  // namespace penstock::shell
