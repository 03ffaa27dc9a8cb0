#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/archive.h"
#include "core/party/directory.h"
#include "core/party/error.h"
#include "core/party/invariants.h"

namespace penstock::party {
namespace {

constexpr Instant kNow{1'000'000'000'000};

template <class T>
std::string_view reason(const Result<T>& result) {
    return result ? "" : result.error().reason();
}

SecretHash hash(std::uint8_t seed) {
    SecretHash value{};
    value.fill(seed);
    return value;
}

class Keys : public testing::Test {
  protected:
    void TearDown() override { EXPECT_THAT(broken_invariants(directory_), testing::IsEmpty()); }
    KeyId add(const KeyTerms& terms, Instant now = kNow) {
        EXPECT_EQ(reason(directory_.check_add_key(party_, "ci", terms, now)), "");
        return directory_.add_key(party_, "ci", hash(1), terms, now);
    }
    std::string_view replace(KeyId key, const Caller& by, Instant now = kNow) {
        return reason(directory_.check_replace_key(key, by, 60, now));
    }
    Directory directory_;
    PartyId party_ = directory_.open_party("buyer", {Role::buyer}, kNow);
};

TEST_F(Keys, do_no_more_than_their_scopes) {
    const KeyId key = add({.scopes = {Permission::money_read}});
    const Caller caller = directory_.identify_key(key, kNow).value();
    const auto may = [&](Permission permission) {
        return reason(directory_.check_permission(caller, permission, Effect::finish));
    };
    EXPECT_EQ(may(Permission::money_read), "");
    EXPECT_EQ(may(Permission::party_read), "KEY_SCOPE_MISSING");
    EXPECT_EQ(may(Permission::party_review), "PERMISSION_DENIED");
    EXPECT_EQ(may(Permission::open_to_all), "");
}

TEST_F(Keys, never_stand_for_a_person) {
    const Caller caller = directory_.identify_key(add({}), kNow).value();
    EXPECT_EQ(reason(directory_.check_permission(caller, Permission::self, Effect::finish)),
              "USERS_ONLY");
}

TEST_F(Keys, expire_at_their_instant_and_not_before) {
    const KeyId key = add({.ttl_seconds = 60});
    EXPECT_TRUE(directory_.identify_key(key, kNow + seconds(60) - Duration{1}));
    EXPECT_EQ(reason(directory_.identify_key(key, kNow + seconds(60))), "KEY_EXPIRED");
}

TEST_F(Keys, that_expired_do_not_count_against_the_limit) {
    for (std::size_t i = 0; i < kKeysMax; ++i) add({.ttl_seconds = 60});
    EXPECT_EQ(reason(directory_.check_add_key(party_, "ci", {}, kNow)), "TOO_MANY_KEYS");
    add({}, kNow + seconds(60));
    EXPECT_EQ(directory_.keys_of(party_).size(), 1U);
}

TEST_F(Keys, refuse_short_lives_and_what_is_no_network) {
    const auto check = [&](const KeyTerms& terms) {
        return reason(directory_.check_add_key(party_, "ci", terms, kNow));
    };
    EXPECT_EQ(check({.ttl_seconds = 59}), "KEY_LIFETIME_INVALID");
    EXPECT_EQ(check({.networks = {"10.0.0.0/8", "2001:db8::/32"}}), "");
    EXPECT_EQ(check({.networks = {"the office"}}), "NETWORKS_INVALID");
    EXPECT_EQ(check({.networks = {""}}), "NETWORKS_INVALID");
    EXPECT_EQ(check({.networks = std::vector<std::string>(17, "10.0.0.0/8")}), "NETWORKS_INVALID");
}

TEST_F(Keys, rotate_with_an_overlap_and_keep_their_terms) {
    const KeyId old =
        add({.scopes = {Permission::trade}, .ttl_seconds = 3'600, .networks = {"10.0.0.0/8"}});
    ASSERT_EQ(replace(old, Caller{}), "");
    const Instant later = kNow + seconds(100);
    const KeyId fresh = directory_.replace_key(old, hash(2), 60, later);
    EXPECT_EQ(directory_.key(fresh).scopes, Permissions{Permission::trade});
    EXPECT_EQ(directory_.key(fresh).networks, directory_.key(old).networks);
    EXPECT_EQ(directory_.key(fresh).expires_at, later + seconds(3'600));
    EXPECT_EQ(directory_.key(fresh).secret_hash, hash(2));
    EXPECT_TRUE(directory_.identify_key(old, later + seconds(59)));
    EXPECT_EQ(reason(directory_.identify_key(old, later + seconds(60))), "KEY_EXPIRED");
    EXPECT_TRUE(directory_.identify_key(fresh, later + seconds(60)));
}

TEST_F(Keys, are_rotated_by_nobody_who_may_less) {
    const KeyId old = add({});
    Caller weak;
    weak.may = {Permission::party_manage};
    EXPECT_EQ(replace(old, weak), "SCOPES_INVALID");
    EXPECT_THAT(
        directory_.check_replace_key(old, weak, 60, kNow).error().detail(),
        testing::AllOf(testing::HasSubstr("you do not have yourself"), testing::HasSubstr("trade"),
                       testing::Not(testing::HasSubstr("party-manage"))));
    EXPECT_EQ(replace(KeyId{9}, Caller{}), "KEY_NOT_FOUND");
    EXPECT_EQ(replace(add({.ttl_seconds = 60}), Caller{}, kNow + seconds(60)), "KEY_ENDED");
    EXPECT_EQ(reason(directory_.check_replace_key(old, Caller{}, 604'801, kNow)),
              "KEY_LIFETIME_INVALID");
}

TEST_F(Keys, remember_when_they_were_used) {
    const KeyId key = add({});
    EXPECT_EQ(directory_.key(key).last_used_at, Instant{});
    directory_.note_key_use(key, kNow + seconds(5));
    EXPECT_EQ(directory_.key(key).last_used_at, kNow + seconds(5));
    EXPECT_EQ(reason(directory_.check_note_key_use(KeyId{9})), "KEY_NOT_FOUND");
}

}  // namespace
}  // namespace penstock::party
