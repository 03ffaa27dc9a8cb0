// People's part about signing in, and about sessions.
#include <algorithm>

#include "base/assert.h"
#include "base/try.h"
#include "core/party/error.h"
#include "core/party/people.h"
#include "core/party/permission.h"

namespace penstock::party {

namespace {

constexpr std::uint32_t kFailuresFree = 4;
constexpr Duration kLockFirst = seconds(30);
constexpr Duration kLockMost = seconds(900);
/// Failures that lie further apart are not in a row.
constexpr Duration kFailureMemory = seconds(24 * 3'600);
constexpr std::uint32_t kDeviceFailuresMax = 10;

constexpr Duration kIdleLeast = seconds(1);
constexpr Duration kLifetimeMost = seconds(30 * 24 * 3'600);

Duration lock_after(std::uint32_t failures) {
    if (failures <= kFailuresFree) return {};
    Duration lock = kLockFirst;
    for (std::uint32_t i = kFailuresFree + 1; i < failures && lock < kLockMost; ++i)
        lock = lock + lock;
    return std::min(lock, kLockMost);
}

}  // namespace

bool People::may_try(const User& user, const SecretHash& device, Instant now) const {
    return user.devices.contains(device) || now >= user.failures.locked_until;
}

Result<void> People::check_count_failure(UserId id, const SecretHash& device, Instant now) const {
    TRY(check_user(id));
    if (!may_try(users_.at(id), device, now)) return reject(kSignInLocked);
    return {};
}

bool People::count_failure(UserId id, const SecretHash& device, Instant now) {
    PENSTOCK_ASSERT(check_count_failure(id, device, now));
    User& user = users_.at(id);
    const auto known = user.devices.find(device);
    if (known != user.devices.end()) {
        if (++known->second.failures >= kDeviceFailuresMax) user.devices.erase(known);
        return true;
    }
    Failures& failures = user.failures;
    if (now >= failures.last + kFailureMemory) failures.count = 0;
    ++failures.count;
    failures.last = now;
    failures.locked_until = now + lock_after(failures.count);
    return false;
}

Result<void> People::check_proof(const User& user, const SecondFactorProof& proof) {
    if (proof.is_empty()) return {};
    if (!user.has_second_factor()) return reject(kCredentialChanged);
    if (proof.step != 0 && proof.step <= user.last_step) return reject(kCodeUsed, "code");
    if (proof.step == 0 && !user.recovery.contains(proof.recovery))
        return reject(kCodeUsed, "code");
    return {};
}

void People::use_up(User& user, const SecondFactorProof& proof) {
    if (proof.step != 0) user.last_step = proof.step;
    if (proof.step == 0) user.recovery.erase(proof.recovery);
}

Result<void> People::check_sign_in(const SignIn& request, Instant now) const {
    TRY(check_user(request.user));
    const User& user = users_.at(request.user);
    if (request.means == SignInMeans::password) {
        if (!may_try(user, request.device, now)) return reject(kSignInLocked);
        if (user.state != UserState::active || request.password != user.password)
            return reject(kCredentialChanged);
    }
    TRY(check_proof(user, request.proof));
    const bool terms_fit = request.idle >= kIdleLeast && request.idle <= request.lifetime &&
                           request.lifetime <= kLifetimeMost;
    if (!terms_fit) return reject(kSessionTermsInvalid);
    return {};
}

void People::remember_device(User& user, const SignIn& request, Instant now) {
    user.devices.erase(request.device);
    if (request.new_device == SecretHash{}) return;
    if (user.devices.size() >= kDevicesMax) {
        user.devices.erase(std::ranges::min_element(user.devices, {}, [](const auto& item) {
            return std::pair(item.second.used_at, item.first);
        }));
    }
    user.devices[request.new_device] = {.used_at = now, .failures = 0};
}

People::SignedIn People::sign_in(const SignIn& request, Instant now) {
    PENSTOCK_ASSERT(check_sign_in(request, now));
    forget_expired(now);
    User& user = users_.at(request.user);
    if (!request.proof.is_empty()) use_up(user, request.proof);
    // Who was invited and signs in by a provider needs no password.
    if (user.state == UserState::invited) {
        forget_invitation(user);
        user.state = UserState::active;
    }
    user.failures = {};
    remember_device(user, request, now);
    SignedIn result;
    std::set<SessionId>& own = sessions_of_[request.user];
    while (own.size() >= kSessionsMax) {
        result.ended.push_back(*own.begin());
        const SessionId oldest = *own.begin();
        own.erase(own.begin());
        by_expiry_.erase({sessions_.at(oldest).expires_at, oldest});
        sessions_.erase(oldest);
    }
    Session session;
    session.user = request.user;
    session.token_hash = request.token_hash;
    session.means = request.means;
    session.created_at = now;
    session.expires_at = now + request.lifetime;
    session.last_used_at = now;
    session.idle = request.idle;
    session.second_factor = !request.proof.is_empty() || request.provider_second_factor;
    result.session = sessions_.add(session).first;
    own.insert(result.session);
    by_expiry_.emplace(session.expires_at, result.session);
    return result;
}

Result<Caller> People::identify(SessionId id, Instant now) const {
    const Session* session = sessions_.find(id);
    if (session == nullptr || !session->is_in_force(now)) return reject(kSessionEnded);
    const User& user = users_.at(session->user);
    Caller caller;
    caller.kind = Caller::Kind::member;
    caller.party = user.party;
    caller.user = session->user;
    caller.session = id;
    caller.needs_second_factor =
        !session->second_factor && (user.has_second_factor() || user.roles.intersects(kDuties));
    caller.may = caller.needs_second_factor ? Permissions{Permission::open_to_all, Permission::self}
                                            : permissions_of(user.roles);
    return caller;
}

Result<void> People::check_end(SessionId session) const {
    if (sessions_.find(session) == nullptr) return reject(kSessionNotFound, "session");
    return {};
}

void People::end(SessionId id) {
    PENSTOCK_ASSERT(check_end(id));
    const Session& session = sessions_.at(id);
    const auto own = sessions_of_.find(session.user);
    own->second.erase(id);
    if (own->second.empty()) sessions_of_.erase(own);
    by_expiry_.erase({session.expires_at, id});
    sessions_.erase(id);
}

std::vector<SessionId> People::end_all(UserId user, SessionId but) {
    std::vector<SessionId> ended;
    for (const SessionId session : sessions_of(user)) {
        if (session != but) ended.push_back(session);
    }
    for (const SessionId session : ended) end(session);
    return ended;
}

void People::forget_expired(Instant now) {
    while (!by_expiry_.empty() && by_expiry_.begin()->first <= now)
        end(SessionId{by_expiry_.begin()->second});
}

Result<void> People::check_note_use(SessionId id, Instant now) const {
    const Session* session = sessions_.find(id);
    if (session == nullptr || !session->is_in_force(now)) return reject(kSessionEnded);
    return {};
}

void People::note_use(SessionId session, Instant now) {
    PENSTOCK_ASSERT(check_note_use(session, now));
    sessions_.at(session).last_used_at = now;
}

}  // namespace penstock::party
