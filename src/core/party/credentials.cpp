// People's part about the password and the second factor of a signed-in user.
#include "base/assert.h"
#include "base/try.h"
#include "core/party/error.h"
#include "core/party/people.h"

namespace penstock::party {

Result<void> People::check_set_password(const VaultRef& password) const {
    if (password == VaultRef{}) return reject(kVaultRefInvalid);
    return {};
}

std::vector<SessionId> People::set_password(SessionId by, const VaultRef& password) {
    PENSTOCK_ASSERT(check_set_password(password));
    const UserId id = sessions_.at(by).user;
    User& user = users_.at(id);
    user.password = password;
    user.devices.clear();
    return end_all(id, by);
}

Result<void> People::check_offer(UserId id, const VaultRef& secret) const {
    if (secret == VaultRef{}) return reject(kVaultRefInvalid);
    if (users_.at(id).has_second_factor())
        return reject(kSecondFactorState, {}, "There is one; remove it first.");
    return {};
}

void People::offer(UserId id, const VaultRef& secret) {
    PENSTOCK_ASSERT(check_offer(id, secret));
    users_.at(id).offered_factor = secret;
}

Result<void> People::check_set_second_factor(UserId id, const VaultRef& secret,
                                             const std::vector<SecretHash>& recovery) const {
    const User& user = users_.at(id);
    if (secret == VaultRef{} || user.offered_factor != secret)
        return reject(kSecondFactorState, {}, "It was not offered; begin again.");
    if (recovery.empty() || recovery.size() > kRecoveryCodesMax)
        return reject(kRecoveryCodesInvalid);
    return {};
}

void People::set_second_factor(SessionId by, const VaultRef& secret, std::uint64_t step,
                               const std::vector<SecretHash>& recovery) {
    Session& session = sessions_.at(by);
    PENSTOCK_ASSERT(check_set_second_factor(session.user, secret, recovery));
    User& user = users_.at(session.user);
    user.second_factor = secret;
    user.offered_factor = {};
    user.last_step = step;
    user.recovery = {recovery.begin(), recovery.end()};
    session.second_factor = true;
}

Result<void> People::check_use_second_factor(UserId id, const SecondFactorProof& proof) const {
    const User& user = users_.at(id);
    if (!user.has_second_factor()) return reject(kSecondFactorState, {}, "There is none.");
    if (proof.is_empty()) return reject(kCodeUsed, "code");
    return check_proof(user, proof);
}

void People::use_second_factor(SessionId by, const SecondFactorProof& proof, Use use) {
    Session& session = sessions_.at(by);
    PENSTOCK_ASSERT(check_use_second_factor(session.user, proof));
    User& user = users_.at(session.user);
    use_up(user, proof);
    if (use == Use::raise_session) {
        session.second_factor = true;
        return;
    }
    user.second_factor = {};
    user.recovery.clear();
}

}  // namespace penstock::party
