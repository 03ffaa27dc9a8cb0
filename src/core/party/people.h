#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/id_table.h"
#include "base/time.h"
#include "core/party/types.h"
#include "core/party/user.h"

namespace penstock::party {

/// Most users that a party may have, sessions that a user may have, and devices that are remembered
/// of a user. A sign-in beyond the last two ends or forgets the oldest.
inline constexpr std::size_t kUsersMax = 1'000;
inline constexpr std::size_t kSessionsMax = 20;
inline constexpr std::size_t kDevicesMax = 10;
inline constexpr std::size_t kRecoveryCodesMax = 16;
inline constexpr Duration kInvitationLifetime = seconds(72 * 3'600);

/// What a sign-in is to be.
struct SignIn {
    UserId user;
    SecretHash token_hash{};
    SignInMeans means = SignInMeans::password;
    VaultRef password{};  ///< The record that was compared with, if it was.
    SecondFactorProof proof;
    bool provider_second_factor = false;  ///< The identity provider vouches for one.
    SecretHash device{};                  ///< All zero: not known.
    SecretHash new_device{};              ///< All zero: none is handed out.
    Duration idle = seconds(1'800);
    Duration lifetime = seconds(12 * 3'600);
};

/// The users of all parties, and who of them has signed in.
///
/// The shell compares passwords and codes, and says here what came of it; here is decided what
/// counts: whether a code was used before, a password has changed meanwhile, a user is locked. As
/// with Directory, `check_…` changes nothing, and the change itself cannot fail.
///
/// Guessing is slowed down by a lock of strangers: after 5 failures in a row 30 seconds, doubled
/// with each further one up to 15 minutes. Devices that have signed in before are counted each for
/// itself, and not locked out by what strangers do; so nobody can keep a user out for ever.
class People {
  public:
    // ---- Users

    /// @param party_roles  Decide which roles a user can have: one duty with the operator.
    /// @retval kUserRolesInvalid, kTooManyUsers, kVaultRefInvalid, kSecretRepeated
    Result<void> check_invite(PartyId party, Roles party_roles, UserRoles roles,
                              const VaultRef& profile, const SecretHash& invitation) const;
    UserId invite(PartyId party, UserRoles roles, const VaultRef& profile,
                  const SecretHash& invitation, Instant now);
    /// @retval kUserNotFound, kUserRemoved, kUserRolesInvalid
    Result<void> check_set_roles(UserId user, Roles party_roles, UserRoles roles) const;
    void set_roles(UserId user, UserRoles roles);
    /// @retval kUserNotFound, kUserRemoved
    Result<void> check_user(UserId user) const;
    /// Ends what the user had, for ever.
    /// @return The sessions that end.
    std::vector<SessionId> remove(UserId user);
    /// @retval kUserNotFound, kUserRemoved, kSecretRepeated
    Result<void> check_reset(UserId user, const SecretHash& invitation) const;
    /// Back to invited: password, second factor, devices and failures are forgotten.
    std::vector<SessionId> reset(UserId user, const SecretHash& invitation, Instant now);
    /// Forgets failures. @pre check_user
    void unlock(UserId user);
    /// Whose invitation it is, if it may be accepted now.
    /// @retval kInvitationInvalid, kVaultRefInvalid
    Result<UserId> check_activate(const SecretHash& invitation, const VaultRef& password,
                                  Instant now) const;
    void activate(UserId user, const VaultRef& password);

    // ---- Signing in: sign_in.cpp

    /// May somebody try now? A known device may, whatever strangers have done.
    bool may_try(const User& user, const SecretHash& device, Instant now) const;
    /// @retval kUserNotFound, kUserRemoved
    /// @retval kSignInLocked  No try was to be made.
    Result<void> check_count_failure(UserId user, const SecretHash& device, Instant now) const;
    /// @return Whether the device was known; a device with 10 failures in a row is so no longer.
    bool count_failure(UserId user, const SecretHash& device, Instant now);

    /// @retval kUserNotFound, kUserRemoved, kSignInLocked, kCredentialChanged, kCodeUsed,
    ///         kSessionTermsInvalid
    Result<void> check_sign_in(const SignIn& request, Instant now) const;
    struct SignedIn {
        SessionId session;
        std::vector<SessionId> ended;  ///< To make room.
    };
    SignedIn sign_in(const SignIn& request, Instant now);

    /// Who calls: the session's user, and what its roles leave of its party's permissions.
    /// @retval kSessionEnded
    Result<Caller> identify(SessionId session, Instant now) const;
    /// @retval kSessionNotFound
    Result<void> check_end(SessionId session) const;
    void end(SessionId session);
    /// @retval kSessionEnded
    Result<void> check_note_use(SessionId session, Instant now) const;
    void note_use(SessionId session, Instant now);

    // ---- Password and second factor of a signed-in user: credentials.cpp

    /// @retval kVaultRefInvalid
    Result<void> check_set_password(const VaultRef& password) const;
    /// Ends the user's other sessions, and forgets devices.
    std::vector<SessionId> set_password(SessionId by, const VaultRef& password);
    /// @retval kVaultRefInvalid
    /// @retval kSecondFactorState  There is one already.
    Result<void> check_offer(UserId user, const VaultRef& secret) const;
    void offer(UserId user, const VaultRef& secret);
    /// @retval kSecondFactorState  This one was not offered.
    /// @retval kRecoveryCodesInvalid
    Result<void> check_set_second_factor(UserId user, const VaultRef& secret,
                                         const std::vector<SecretHash>& recovery) const;
    void set_second_factor(SessionId by, const VaultRef& secret, std::uint64_t step,
                           const std::vector<SecretHash>& recovery);
    /// @retval kSecondFactorState  There is none.
    /// @retval kCodeUsed
    Result<void> check_use_second_factor(UserId user, const SecondFactorProof& proof) const;
    enum class Use { raise_session, remove_factor };
    void use_second_factor(SessionId by, const SecondFactorProof& proof, Use use);

    // ---- Looking up

    const User* find_user(UserId user) const { return users_.find(user); }
    const User& user(UserId user) const { return users_.at(user); }
    const Session* find_session(SessionId session) const { return sessions_.find(session); }
    const Session& session(SessionId session) const { return sessions_.at(session); }
    const IdTable<UserId, User>& users() const { return users_; }
    const IdTable<SessionId, Session>& sessions() const { return sessions_; }
    std::optional<UserId> find_by_profile(const VaultRef& profile) const;
    /// Invited or active users of a party, in the order of their ids.
    const std::set<UserId>& users_of(PartyId party) const;
    const std::set<SessionId>& sessions_of(UserId user) const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(users_, sessions_, by_profile_, by_invitation_, users_of_, sessions_of_,
                by_expiry_);
    }

  private:
    friend std::vector<std::string> broken_invariants(const People& people);

    void forget_invitation(User& user);
    std::vector<SessionId> end_all(UserId user, SessionId but = {});
    void forget_expired(Instant now);
    void remember_device(User& user, const SignIn& request, Instant now);
    /// Takes the code out of those that count. @pre it is one
    static void use_up(User& user, const SecondFactorProof& proof);
    static Result<void> check_proof(const User& user, const SecondFactorProof& proof);

    IdTable<UserId, User> users_;
    IdTable<SessionId, Session> sessions_;  ///< In force, or expired and not yet forgotten.
    std::map<VaultRef, UserId> by_profile_;
    std::map<SecretHash, UserId> by_invitation_;
    std::map<PartyId, std::set<UserId>> users_of_;
    std::map<UserId, std::set<SessionId>> sessions_of_;
    std::set<std::pair<Instant, SessionId>> by_expiry_;
};

}  // namespace penstock::party
