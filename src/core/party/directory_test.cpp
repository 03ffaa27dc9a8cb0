#include "core/party/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/archive.h"
#include "core/party/error.h"
#include "core/party/invariants.h"

namespace penstock::party {
namespace {

using testing::IsEmpty;

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

class DirectoryTest : public testing::Test {
  protected:
    void TearDown() override { EXPECT_THAT(broken_invariants(directory_), IsEmpty()); }
    PartyId open(Roles roles = {Role::buyer}) {
        return directory_.open_party("Zhejiang Lab", roles, kNow);
    }
    Directory directory_;
};

TEST_F(DirectoryTest, opens_parties_as_applicants) {
    ASSERT_TRUE(directory_.check_open_party("之江实验室", {Role::buyer, Role::supplier}));
    const PartyId id = directory_.open_party("之江实验室", {Role::buyer, Role::supplier}, kNow);
    EXPECT_EQ(id.text(), "party_1");
    const Party& party = directory_.party(id);
    EXPECT_EQ(party.name, "之江实验室");
    EXPECT_EQ(party.state, PartyState::applied);
    EXPECT_EQ(party.registered_at, kNow);
    EXPECT_EQ(party.decided_at, Instant{});
    EXPECT_TRUE(party.roles.contains(Role::supplier));
    EXPECT_FALSE(party.roles.contains(Role::exchange_operator));
}

TEST_F(DirectoryTest, lets_two_parties_have_one_name) {
    EXPECT_NE(open(), open());
}

TEST_F(DirectoryTest, refuses_names_that_are_not_1_to_120_plain_characters) {
    std::string longest;
    for (int i = 0; i < 120; ++i) longest += "算";
    EXPECT_TRUE(directory_.check_open_party(longest, {Role::buyer}));
    for (const std::string& name : {std::string(), longest + "算", std::string("a\nb"),
                                    std::string(" a"), std::string("\xFF")}) {
        EXPECT_EQ(reason(directory_.check_open_party(name, {Role::buyer})), "PARTY_NAME_INVALID");
        EXPECT_EQ(reason(directory_.check_open_operator(name)), "PARTY_NAME_INVALID");
    }
}

TEST_F(DirectoryTest, refuses_to_sign_up_without_a_role_or_as_the_operator) {
    EXPECT_EQ(reason(directory_.check_open_party("a", {})), "ROLES_INVALID");
    EXPECT_EQ(reason(directory_.check_open_party("a", {Role::exchange_operator})), "ROLES_INVALID");
    EXPECT_EQ(reason(directory_.check_open_party("a", {Role::buyer, Role::exchange_operator})),
              "ROLES_INVALID");
}

TEST_F(DirectoryTest, reviews_along_every_edge_of_the_state_table) {
    const PartyId admitted = open();
    const PartyId turned_away = open();
    const Instant later = kNow + seconds(5);
    const auto decide = [&](PartyId party, PartyState decision) {
        EXPECT_EQ(reason(directory_.check_review(party, decision, "note")), "");
        directory_.review(party, decision, "note", later);
        EXPECT_EQ(directory_.party(party).state, decision);
        EXPECT_EQ(directory_.party(party).decided_at, later);
        EXPECT_EQ(directory_.party(party).note, "note");
    };
    decide(admitted, PartyState::qualified);
    decide(admitted, PartyState::suspended);
    decide(admitted, PartyState::qualified);
    decide(turned_away, PartyState::rejected);
    EXPECT_EQ(reason(directory_.check_review(turned_away, PartyState::qualified, "")),
              "REVIEW_NOT_ALLOWED");
    EXPECT_EQ(reason(directory_.check_review(admitted, PartyState::qualified, "")),
              "REVIEW_NOT_ALLOWED");
    EXPECT_EQ(reason(directory_.check_review(admitted, PartyState::applied, "")),
              "REVIEW_NOT_ALLOWED");
}

TEST_F(DirectoryTest, refuses_reviews_of_nobody_of_the_operator_and_with_long_notes) {
    const PartyId venue = directory_.open_operator("Exchange", kNow);
    const PartyId party = open();
    EXPECT_EQ(reason(directory_.check_review(PartyId{9}, PartyState::qualified, "")),
              "PARTY_NOT_FOUND");
    EXPECT_EQ(reason(directory_.check_review(venue, PartyState::suspended, "")),
              "OPERATOR_NOT_REVIEWED");
    EXPECT_EQ(reason(directory_.check_review(party, PartyState::qualified, std::string(501, 'n'))),
              "NOTE_INVALID");
    EXPECT_EQ(reason(directory_.check_review(party, PartyState::qualified, std::string(500, 'n'))),
              "");
    EXPECT_EQ(reason(directory_.check_review(party, PartyState::qualified, "\xC0")),
              "NOTE_INVALID");
}

TEST_F(DirectoryTest, identifies_members_by_key_until_it_is_revoked) {
    const PartyId party = open();
    ASSERT_TRUE(directory_.check_add_key(party, "laptop", {}, kNow));
    const KeyId key = directory_.add_key(party, "laptop", hash(1), {}, kNow);
    const auto caller = directory_.identify_key(key, kNow);
    ASSERT_TRUE(caller);
    EXPECT_EQ(*caller, (Caller{.kind = Caller::Kind::member, .party = party}));
    EXPECT_EQ(directory_.key(key).secret_hash, hash(1));

    ASSERT_TRUE(directory_.check_revoke_key(key));
    directory_.revoke_key(key);
    EXPECT_EQ(reason(directory_.identify_key(key, kNow)), "KEY_REVOKED");
    EXPECT_EQ(directory_.identify_key(key, kNow).error().code(), Code::unauthenticated);
    EXPECT_EQ(reason(directory_.check_revoke_key(key)), "KEY_ALREADY_REVOKED");
    EXPECT_EQ(reason(directory_.check_revoke_key(KeyId{7})), "KEY_NOT_FOUND");
    EXPECT_EQ(reason(directory_.identify_key(KeyId{7}, kNow)), "UNAUTHENTICATED");
}

TEST_F(DirectoryTest, refuses_keys_without_a_party_or_label_and_more_than_it_may_have) {
    const PartyId party = open();
    EXPECT_EQ(reason(directory_.check_add_key(PartyId{9}, "a", {}, kNow)), "PARTY_NOT_FOUND");
    EXPECT_EQ(reason(directory_.check_add_key(party, "", {}, kNow)), "LABEL_INVALID");
    EXPECT_EQ(reason(directory_.check_add_key(party, std::string(61, 'a'), {}, kNow)),
              "LABEL_INVALID");
    KeyId last;
    for (std::size_t i = 0; i < kKeysMax; ++i)
        last = directory_.add_key(party, "a", hash(1), {}, kNow);
    EXPECT_EQ(reason(directory_.check_add_key(party, "a", {}, kNow)), "TOO_MANY_KEYS");
    EXPECT_EQ(reason(directory_.check_add_key(open(), "a", {}, kNow)), "");
    directory_.revoke_key(last);
    EXPECT_EQ(reason(directory_.check_add_key(party, "a", {}, kNow)), "");
}

TEST_F(DirectoryTest, decides_by_the_state_of_now) {
    const PartyId party = open({Role::buyer});
    const Caller caller{.kind = Caller::Kind::member, .party = party};
    const auto trade = [&] {
        return reason(directory_.check_permission(caller, Permission::trade, Effect::start));
    };
    EXPECT_EQ(trade(), "NOT_QUALIFIED");
    directory_.review(party, PartyState::qualified, "", kNow);
    EXPECT_EQ(trade(), "");
    directory_.review(party, PartyState::suspended, "", kNow);
    EXPECT_EQ(trade(), "PARTY_SUSPENDED");
    EXPECT_EQ(
        reason(directory_.check_permission(caller, Permission::catalog_publish, Effect::finish)),
        "PERMISSION_DENIED");
    EXPECT_EQ(reason(directory_.check_permission({}, Permission::trade, Effect::start)),
              "UNAUTHENTICATED");
    EXPECT_EQ(reason(directory_.check_permission({}, Permission::open_to_all, Effect::finish)), "");
    EXPECT_EQ(reason(directory_.check_permission({.kind = Caller::Kind::system}, Permission::system,
                                                 Effect::start)),
              "");
}

TEST_F(DirectoryTest, opens_the_operator_qualified) {
    const PartyId venue = directory_.open_operator("Exchange", kNow);
    const Caller caller{.kind = Caller::Kind::member, .party = venue};
    EXPECT_EQ(reason(directory_.check_permission(caller, Permission::party_review, Effect::start)),
              "");
    EXPECT_EQ(reason(directory_.check_permission(caller, Permission::trade, Effect::start)),
              "PERMISSION_DENIED");
}

}  // namespace
}  // namespace penstock::party
