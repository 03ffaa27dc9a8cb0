#include "core/party/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/party/error.h"
#include "core/party/invariants.h"
#include "core/party/permission.h"

namespace penstock::party {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant kNow{1'000'000'000'000};
constexpr PartyId kParty{1};
constexpr Roles kBuyer{Role::buyer};
constexpr Roles kOperator{Role::exchange_operator};

template <class T>
std::string_view reason(const Result<T>& result) {
    return result ? "" : result.error().reason();
}

SecretHash hash(std::uint8_t seed) {
    SecretHash value{};
    value.fill(seed);
    return value;
}
VaultRef ref(std::uint8_t seed) {
    VaultRef value{};
    value.fill(seed);
    return value;
}

class PeopleTest : public testing::Test {
  protected:
    void TearDown() override { EXPECT_THAT(broken_invariants(people_), IsEmpty()); }

    UserId invite(UserRoles roles = {UserRole::trader}) {
        ++drawn_;
        EXPECT_EQ(
            reason(people_.check_invite(kParty, roles.intersects(kDuties) ? kOperator : kBuyer,
                                        roles, ref(drawn_), hash(drawn_))),
            "");
        return people_.invite(kParty, roles, ref(drawn_), hash(drawn_), kNow);
    }
    /// Active, with password ref(100).
    UserId add(UserRoles roles = {UserRole::trader}) {
        const UserId user = invite(roles);
        people_.activate(user, ref(100));
        return user;
    }
    SignIn request(UserId user) {
        SignIn sign_in;
        sign_in.user = user;
        sign_in.token_hash = hash(50);
        sign_in.password = ref(100);
        return sign_in;
    }
    SessionId sign_in(const SignIn& sign_in, Instant now = kNow) {
        EXPECT_EQ(reason(people_.check_sign_in(sign_in, now)), "");
        return people_.sign_in(sign_in, now).session;
    }
    void set_factor(SessionId session, UserId user) {
        people_.offer(user, ref(7));
        ASSERT_EQ(reason(people_.check_set_second_factor(user, ref(7), {hash(1), hash(2)})), "");
        people_.set_second_factor(session, ref(7), 10, {hash(1), hash(2)});
    }
    Permissions may(SessionId session, Instant now = kNow) {
        return people_.identify(session, now).value().may;
    }

    People people_;
    std::uint8_t drawn_ = 0;
};

TEST_F(PeopleTest, invites_and_lets_in_once) {
    const UserId user = invite();
    EXPECT_EQ(people_.find_by_profile(ref(1)), user);
    EXPECT_EQ(reason(people_.check_sign_in(request(user), kNow)), "CREDENTIAL_CHANGED");
    EXPECT_EQ(reason(people_.check_activate(hash(9), ref(100), kNow)), "INVITATION_INVALID");
    EXPECT_EQ(reason(people_.check_activate(hash(1), ref(100), kNow + kInvitationLifetime)),
              "INVITATION_INVALID");
    ASSERT_EQ(people_.check_activate(hash(1), ref(100), kNow).value(), user);
    people_.activate(user, ref(100));
    EXPECT_EQ(reason(people_.check_activate(hash(1), ref(101), kNow)), "INVITATION_INVALID");
    EXPECT_TRUE(people_.identify(sign_in(request(user)), kNow));
}

TEST_F(PeopleTest, gives_operators_one_duty_and_traders_none) {
    const auto check = [&](Roles party, UserRoles roles) {
        return reason(people_.check_invite(kParty, party, roles, ref(200), hash(200)));
    };
    EXPECT_EQ(check(kOperator, {UserRole::auditor}), "");
    EXPECT_EQ(check(kOperator, {UserRole::auditor, UserRole::system_administrator}),
              "USER_ROLES_INVALID");
    EXPECT_EQ(check(kOperator, {UserRole::trader}), "USER_ROLES_INVALID");
    EXPECT_EQ(check(kOperator, {UserRole::auditor, UserRole::viewer}), "USER_ROLES_INVALID");
    EXPECT_EQ(check(kBuyer, {UserRole::auditor}), "USER_ROLES_INVALID");
    EXPECT_EQ(check(kBuyer, {}), "USER_ROLES_INVALID");
    EXPECT_EQ(check(kBuyer, {UserRole::administrator, UserRole::finance}), "");
    const UserId user = add({UserRole::auditor});
    EXPECT_EQ(reason(people_.check_set_roles(
                  user, kOperator, {UserRole::auditor, UserRole::security_administrator})),
              "USER_ROLES_INVALID");
}

TEST_F(PeopleTest, refuses_references_and_secrets_that_are_taken_or_empty) {
    invite();
    const UserRoles trader{UserRole::trader};
    EXPECT_EQ(reason(people_.check_invite(kParty, kBuyer, trader, ref(1), hash(9))),
              "VAULT_REF_INVALID");
    EXPECT_EQ(reason(people_.check_invite(kParty, kBuyer, trader, ref(0), hash(9))),
              "VAULT_REF_INVALID");
    EXPECT_EQ(reason(people_.check_invite(kParty, kBuyer, trader, ref(9), hash(1))),
              "SECRET_REPEATED");
    EXPECT_EQ(reason(people_.check_activate(hash(1), ref(0), kNow)), "VAULT_REF_INVALID");
}

TEST_F(PeopleTest, ends_sessions_by_idleness_and_by_age) {
    SignIn sign = request(add());
    sign.idle = seconds(100);
    sign.lifetime = seconds(250);
    const SessionId session = sign_in(sign);
    EXPECT_TRUE(people_.identify(session, kNow + seconds(99)));
    EXPECT_EQ(reason(people_.identify(session, kNow + seconds(100))), "SESSION_ENDED");
    EXPECT_EQ(reason(people_.check_note_use(session, kNow + seconds(100))), "SESSION_ENDED");
    people_.note_use(session, kNow + seconds(90));
    people_.note_use(session, kNow + seconds(180));
    EXPECT_TRUE(people_.identify(session, kNow + seconds(249)));
    EXPECT_EQ(reason(people_.identify(session, kNow + seconds(250))), "SESSION_ENDED");
    sign_in(request(add()), kNow + seconds(250));
    EXPECT_EQ(people_.find_session(session), nullptr) << "an expired session is kept";
}

TEST_F(PeopleTest, refuses_sessions_without_sound_terms) {
    SignIn sign = request(add());
    sign.idle = {};
    EXPECT_EQ(reason(people_.check_sign_in(sign, kNow)), "SESSION_TERMS_INVALID");
    sign.idle = sign.lifetime + seconds(1);
    EXPECT_EQ(reason(people_.check_sign_in(sign, kNow)), "SESSION_TERMS_INVALID");
    sign.idle = seconds(60);
    sign.lifetime = seconds(31 * 24 * 3'600);
    EXPECT_EQ(reason(people_.check_sign_in(sign, kNow)), "SESSION_TERMS_INVALID");
}

TEST_F(PeopleTest, ends_the_oldest_session_when_there_are_too_many) {
    const UserId user = add();
    const SessionId first = sign_in(request(user));
    for (std::size_t i = 1; i < kSessionsMax; ++i) sign_in(request(user));
    EXPECT_THAT(people_.sign_in(request(user), kNow).ended, ElementsAre(first));
    EXPECT_EQ(reason(people_.identify(first, kNow)), "SESSION_ENDED");
    EXPECT_EQ(people_.sessions_of(user).size(), kSessionsMax);
}

TEST_F(PeopleTest, changes_of_roles_hold_for_sessions_that_are_open) {
    const UserId user = add();
    const SessionId session = sign_in(request(user));
    EXPECT_TRUE(may(session).contains(Permission::trade));
    people_.set_roles(user, {UserRole::viewer});
    EXPECT_FALSE(may(session).contains(Permission::trade));
}

TEST_F(PeopleTest, removal_ends_everything_and_is_final) {
    const UserId user = add();
    const SessionId session = sign_in(request(user));
    EXPECT_THAT(people_.remove(user), ElementsAre(session));
    EXPECT_EQ(reason(people_.identify(session, kNow)), "SESSION_ENDED");
    EXPECT_EQ(reason(people_.check_user(user)), "USER_REMOVED");
    EXPECT_EQ(reason(people_.check_sign_in(request(user), kNow)), "USER_REMOVED");
    EXPECT_EQ(people_.find_by_profile(ref(1)), std::nullopt);
    EXPECT_EQ(reason(people_.check_user(UserId{77})), "USER_NOT_FOUND");
}

TEST_F(PeopleTest, reset_forgets_credentials_and_invites_anew) {
    const UserId user = add();
    const SessionId session = sign_in(request(user));
    set_factor(session, user);
    ASSERT_EQ(reason(people_.check_reset(user, hash(90))), "");
    EXPECT_THAT(people_.reset(user, hash(90), kNow), ElementsAre(session));
    EXPECT_FALSE(people_.user(user).has_second_factor());
    EXPECT_EQ(reason(people_.check_sign_in(request(user), kNow)), "CREDENTIAL_CHANGED");
    EXPECT_EQ(people_.check_activate(hash(90), ref(101), kNow).value(), user);
    EXPECT_EQ(reason(people_.check_reset(user, hash(90))), "SECRET_REPEATED");
}

TEST_F(PeopleTest, a_new_password_ends_the_other_sessions) {
    const UserId user = add();
    const SessionId other = sign_in(request(user));
    const SessionId own = sign_in(request(user));
    EXPECT_THAT(people_.set_password(own, ref(101)), ElementsAre(other));
    EXPECT_TRUE(people_.identify(own, kNow));
    EXPECT_EQ(reason(people_.check_sign_in(request(user), kNow)), "CREDENTIAL_CHANGED");
}

TEST_F(PeopleTest, locks_strangers_for_longer_with_each_failure_and_at_most_15_minutes) {
    const UserId user = add();
    Instant now = kNow;
    const auto fail = [&] {
        EXPECT_EQ(reason(people_.check_count_failure(user, {}, now)), "");
        people_.count_failure(user, {}, now);
        return people_.user(user).failures.locked_until - now;
    };
    for (int i = 0; i < 4; ++i) EXPECT_EQ(fail(), Duration{});
    EXPECT_EQ(fail(), seconds(30));
    EXPECT_EQ(reason(people_.check_count_failure(user, {}, now)), "SIGN_IN_LOCKED");
    EXPECT_EQ(reason(people_.check_sign_in(request(user), now)), "SIGN_IN_LOCKED");
    for (const int lock : {60, 120, 240, 480, 900, 900}) {
        now = people_.user(user).failures.locked_until;
        EXPECT_EQ(fail(), seconds(lock));
    }
    now = people_.user(user).failures.locked_until;
    sign_in(request(user), now);
    EXPECT_EQ(people_.user(user).failures.count, 0U) << "success forgives";
}

TEST_F(PeopleTest, unlocks_at_once) {
    const UserId user = add();
    for (int i = 0; i < 5; ++i) people_.count_failure(user, {}, kNow);
    people_.unlock(user);
    EXPECT_EQ(reason(people_.check_sign_in(request(user), kNow)), "");
}

TEST_F(PeopleTest, failures_a_day_apart_do_not_add_up) {
    const UserId user = add();
    for (int day = 0; day < 9; ++day)
        people_.count_failure(user, {}, kNow + seconds(day * 24 * 3'600));
    EXPECT_EQ(people_.user(user).failures.count, 1U);
}

TEST_F(PeopleTest, strangers_cannot_lock_a_known_device_out) {
    const UserId user = add();
    SignIn first = request(user);
    first.new_device = hash(60);
    sign_in(first);
    for (int i = 0; i < 5; ++i) people_.count_failure(user, {}, kNow);
    EXPECT_EQ(reason(people_.check_sign_in(request(user), kNow)), "SIGN_IN_LOCKED");
    SignIn known = request(user);
    known.device = hash(60);
    known.new_device = hash(61);
    EXPECT_EQ(reason(people_.check_sign_in(known, kNow)), "");
    sign_in(known);
    known.device = hash(60);
    for (int i = 0; i < 5; ++i) people_.count_failure(user, {}, kNow);
    EXPECT_EQ(reason(people_.check_sign_in(known, kNow)), "SIGN_IN_LOCKED")
        << "the token was handed out anew, and the old one still counts";
}

TEST_F(PeopleTest, a_device_that_guesses_becomes_a_stranger) {
    const UserId user = add();
    SignIn first = request(user);
    first.new_device = hash(60);
    sign_in(first);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(people_.count_failure(user, hash(60), kNow));
    EXPECT_EQ(people_.user(user).failures.count, 0U);
    EXPECT_FALSE(people_.count_failure(user, hash(60), kNow));
}

TEST_F(PeopleTest, remembers_ten_devices) {
    const UserId user = add();
    for (std::uint8_t i = 0; i < 12; ++i) {
        SignIn sign = request(user);
        sign.new_device = hash(static_cast<std::uint8_t>(60 + i));
        sign_in(sign, kNow + seconds(i));
    }
    EXPECT_EQ(people_.user(user).devices.size(), kDevicesMax);
    EXPECT_FALSE(people_.user(user).devices.contains(hash(60)));
    EXPECT_TRUE(people_.user(user).devices.contains(hash(71)));
}

TEST_F(PeopleTest, a_step_of_time_counts_once) {
    const UserId user = add();
    set_factor(sign_in(request(user)), user);
    SignIn sign = request(user);
    sign.proof.step = 10;
    EXPECT_EQ(reason(people_.check_sign_in(sign, kNow)), "CODE_USED") << "used to set it up";
    sign.proof.step = 11;
    sign_in(sign);
    EXPECT_EQ(reason(people_.check_sign_in(sign, kNow)), "CODE_USED");
    sign.proof.step = 9;
    EXPECT_EQ(reason(people_.check_sign_in(sign, kNow)), "CODE_USED");
}

TEST_F(PeopleTest, a_recovery_code_counts_once) {
    const UserId user = add();
    set_factor(sign_in(request(user)), user);
    SignIn sign = request(user);
    sign.proof.recovery = hash(1);
    sign_in(sign);
    EXPECT_EQ(reason(people_.check_sign_in(sign, kNow)), "CODE_USED");
    sign.proof.recovery = hash(2);
    EXPECT_EQ(reason(people_.check_sign_in(sign, kNow)), "");
}

TEST_F(PeopleTest, without_the_second_factor_only_looks_after_itself) {
    const UserId user = add();
    const SessionId raised = sign_in(request(user));
    set_factor(raised, user);
    EXPECT_TRUE(may(raised).contains(Permission::trade));
    const SessionId session = sign_in(request(user));
    EXPECT_EQ(may(session), (Permissions{Permission::open_to_all, Permission::self}));
    people_.use_second_factor(session, {.step = 12}, People::Use::raise_session);
    EXPECT_TRUE(may(session).contains(Permission::trade));
    EXPECT_EQ(reason(people_.check_use_second_factor(user, {.step = 12})), "CODE_USED");
    EXPECT_EQ(reason(people_.check_use_second_factor(user, {})), "CODE_USED");
}

TEST_F(PeopleTest, operators_always_need_a_second_factor) {
    const UserId user = add({UserRole::auditor});
    const SessionId session = sign_in(request(user));
    EXPECT_FALSE(may(session).contains(Permission::oversee));
    set_factor(session, user);
    EXPECT_TRUE(may(session).contains(Permission::oversee));
    people_.use_second_factor(session, {.step = 12}, People::Use::remove_factor);
    EXPECT_FALSE(may(sign_in(request(user))).contains(Permission::oversee));
}

TEST_F(PeopleTest, sets_a_second_factor_only_as_it_was_offered) {
    const UserId user = add();
    const SessionId session = sign_in(request(user));
    const auto check = [&](const VaultRef& secret, std::vector<SecretHash> codes) {
        return reason(people_.check_set_second_factor(user, secret, codes));
    };
    EXPECT_EQ(check(ref(7), {hash(1)}), "SECOND_FACTOR_STATE");
    EXPECT_EQ(check(ref(0), {hash(1)}), "SECOND_FACTOR_STATE");
    people_.offer(user, ref(7));
    EXPECT_EQ(check(ref(8), {hash(1)}), "SECOND_FACTOR_STATE");
    EXPECT_EQ(check(ref(7), {}), "RECOVERY_CODES_INVALID");
    EXPECT_EQ(check(ref(7), std::vector<SecretHash>(17, hash(1))), "RECOVERY_CODES_INVALID");
    set_factor(session, user);
    EXPECT_EQ(reason(people_.check_offer(user, ref(9))), "SECOND_FACTOR_STATE");
}

TEST_F(PeopleTest, a_provider_vouches_for_who_is_invited_and_is_not_locked) {
    const UserId user = invite();
    for (int i = 0; i < 5; ++i) people_.count_failure(user, {}, kNow);
    SignIn sign = request(user);
    sign.means = SignInMeans::oidc;
    sign.provider_second_factor = true;
    const SessionId session = sign_in(sign);
    EXPECT_TRUE(people_.session(session).second_factor);
    EXPECT_EQ(people_.user(user).state, UserState::active);
    EXPECT_EQ(reason(people_.check_activate(hash(1), ref(100), kNow)), "INVITATION_INVALID");
}

TEST_F(PeopleTest, ends_one_session_and_no_other) {
    const UserId user = add();
    const SessionId one = sign_in(request(user));
    const SessionId other = sign_in(request(user));
    people_.end(one);
    EXPECT_EQ(reason(people_.check_end(one)), "SESSION_NOT_FOUND");
    EXPECT_TRUE(people_.identify(other, kNow));
}

TEST_F(PeopleTest, has_a_limit_of_users) {
    for (std::size_t i = 0; i < kUsersMax; ++i) {
        VaultRef profile{};
        SecretHash invitation{};
        profile[0] = invitation[0] = static_cast<std::uint8_t>(i + 1);
        profile[1] = invitation[1] = static_cast<std::uint8_t>((i + 1) >> 8);
        people_.invite(kParty, {UserRole::viewer}, profile, invitation, kNow);
    }
    EXPECT_EQ(reason(people_.check_invite(kParty, kBuyer, {UserRole::viewer}, ref(7), hash(7))),
              "TOO_MANY_USERS");
}

}  // namespace
}  // namespace penstock::party
