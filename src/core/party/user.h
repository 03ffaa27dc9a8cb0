#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>

#include "base/id.h"
#include "base/time.h"
#include "core/party/enum_set.h"
#include "core/party/types.h"

namespace penstock::party {

/// What a user does for its party. Numbered as v1::UserRole. The last three are the operator's
/// duties: who has one has no other role, so that nobody both acts and checks.
enum class UserRole : std::uint8_t {
    administrator = 1,
    trader = 2,
    finance = 3,
    viewer = 4,
    system_administrator = 5,
    security_administrator = 6,
    auditor = 7,
};
using UserRoles = EnumSet<UserRole>;

inline constexpr UserRoles kTraderRoles{UserRole::administrator, UserRole::trader,
                                        UserRole::finance, UserRole::viewer};
inline constexpr UserRoles kDuties{UserRole::system_administrator, UserRole::security_administrator,
                                   UserRole::auditor};

/// Numbered as v1::UserState.
enum class UserState : std::uint8_t { invited = 1, active = 2, removed = 3 };

/// Numbered as v1::SignInMeans.
enum class SignInMeans : std::uint8_t { password = 1, oidc = 2 };

/// Names a record of the shell's vault, where what is personal and what is secret lives; all zero
/// names none. It is drawn, and tells nothing.
using VaultRef = std::array<std::uint8_t, 16>;

/// Failed sign-ins in a row, from anywhere but the user's known devices.
struct Failures {
    std::uint32_t count = 0;
    Instant last;
    Instant locked_until;  ///< First instant at which strangers may try again.
    template <class Archive>
    void visit(Archive& archive) {
        archive(count, last, locked_until);
    }
};

/// A device from which the user has signed in before.
struct Device {
    Instant used_at;
    std::uint32_t failures = 0;  ///< In a row.
    template <class Archive>
    void visit(Archive& archive) {
        archive(used_at, failures);
    }
};

/// One person who acts for a party.
struct User {
    PartyId party;
    UserRoles roles;
    UserState state = UserState::invited;
    Instant created_at;
    VaultRef profile{};   ///< E-mail address and name. Of who is removed, a record that is gone.
    VaultRef password{};  ///< None while invited.
    VaultRef second_factor{};       ///< None without one.
    VaultRef offered_factor{};      ///< Shown to the user, not yet confirmed.
    std::uint64_t last_step = 0;    ///< Of time, whose code was used last: none counts twice.
    std::set<SecretHash> recovery;  ///< Hashes of the codes not yet used.
    SecretHash invitation{};
    Instant invitation_expires_at;  ///< 0: there is none.
    Failures failures;
    std::map<SecretHash, Device> devices;  ///< By the hash of the token that each one keeps.

    bool has_second_factor() const { return second_factor != VaultRef{}; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, roles, state, created_at, profile, password, second_factor, offered_factor,
                last_step, recovery, invitation, invitation_expires_at, failures, devices);
    }
};

/// A user who has signed in.
struct Session {
    UserId user;
    SecretHash token_hash{};
    SignInMeans means = SignInMeans::password;
    Instant created_at;
    Instant expires_at;    ///< First instant at which it no longer counts, whatever is done.
    Instant last_used_at;  ///< As far as was said; see People::note_use.
    Duration idle;         ///< Unused for so long, it no longer counts.
    bool second_factor = false;

    bool is_in_force(Instant now) const { return now < expires_at && now < last_used_at + idle; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(user, token_hash, means, created_at, expires_at, last_used_at, idle, second_factor);
    }
};

/// What proves the second factor at a sign-in. At most one of the two.
struct SecondFactorProof {
    std::uint64_t step = 0;  ///< Of time, whose code was right; 0: none was given.
    SecretHash recovery{};   ///< Of the recovery code; all zero: none was given.

    bool is_empty() const { return step == 0 && recovery == SecretHash{}; }
};

}  // namespace penstock::party
