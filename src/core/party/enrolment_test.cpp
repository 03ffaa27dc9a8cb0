#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/party/directory.h"
#include "core/party/error.h"
#include "core/party/invariants.h"

namespace penstock::party {
namespace {

using testing::IsEmpty;

constexpr Instant kNow{1'000'000'000'000'000};
constexpr TokenRequest kHall{.site_name = "Hangzhou", .pool_name = "hall 1", .ttl_seconds = 0};

template <class T>
std::string_view reason(const Result<T>& result) {
    return result ? "" : result.error().reason();
}

SecretHash hash(std::uint8_t seed) {
    SecretHash value{};
    value[0] = seed;
    return value;
}

PublicKey public_key(std::uint8_t seed) {
    PublicKey value{};
    value[0] = seed;
    value[31] = 1;
    return value;
}

std::string_view bytes(const PublicKey& key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

class Enrolment : public testing::Test {
  protected:
    Enrolment() : party_(directory_.open_party("Supplier", {Role::supplier}, kNow)) {}
    void TearDown() override { EXPECT_THAT(broken_invariants(directory_), IsEmpty()); }
    std::string_view token_refusal(const TokenRequest& request) const {
        return reason(directory_.check_add_token(party_, request, hash(99), kNow));
    }
    AgentId add_agent(std::uint8_t seed) {
        return directory_.add_agent(party_, SiteId{1}, PoolId{seed}, public_key(seed));
    }
    Directory directory_;
    PartyId party_;
};

TEST_F(Enrolment, takes_a_token_once_and_until_it_expires) {
    const Instant expires_at = directory_.add_token(party_, kHall, hash(1), kNow);
    EXPECT_EQ(expires_at, kNow + seconds(3600));
    EXPECT_EQ(reason(directory_.check_token(hash(2), kNow)), "TOKEN_UNKNOWN");
    EXPECT_EQ(reason(directory_.check_token(hash(1), expires_at)), "TOKEN_EXPIRED");
    const auto token = directory_.check_token(hash(1), expires_at - Duration{1});
    ASSERT_TRUE(token);
    EXPECT_EQ((*token)->party, party_);
    EXPECT_EQ((*token)->site_name, "Hangzhou");
    EXPECT_EQ((*token)->pool_name, "hall 1");
    directory_.use_token(hash(1));
    EXPECT_EQ(reason(directory_.check_token(hash(1), kNow)), "TOKEN_USED");
}

TEST_F(Enrolment, refuses_tokens_that_are_wrongly_asked_for) {
    EXPECT_EQ(token_refusal(kHall), "");
    EXPECT_EQ(token_refusal({.site_name = "", .pool_name = "b"}), "SITE_NAME_INVALID");
    EXPECT_EQ(token_refusal({.site_name = std::string(61, 'a'), .pool_name = "b"}),
              "SITE_NAME_INVALID");
    EXPECT_EQ(token_refusal({.site_name = "a", .pool_name = "\t"}), "POOL_NAME_INVALID");
    for (const char* place : {"hangzhou", "tai-yuan-2", ""}) {
        EXPECT_EQ(token_refusal({.site_name = "a", .pool_name = "b", .place = place}), "");
    }
    for (const std::string& place : {std::string("Hangzhou"), std::string("杭州"),
                                     std::string("tai yuan"), std::string(61, 'a')}) {
        EXPECT_EQ(token_refusal({.site_name = "a", .pool_name = "b", .place = place}),
                  "PLACE_INVALID");
    }
    for (const std::uint32_t ttl : {60U, 604'800U}) {
        EXPECT_EQ(token_refusal({.site_name = "a", .pool_name = "b", .ttl_seconds = ttl}), "");
    }
    for (const std::uint32_t ttl : {1U, 59U, 604'801U, 4'294'967'295U}) {
        EXPECT_EQ(token_refusal({.site_name = "a", .pool_name = "b", .ttl_seconds = ttl}),
                  "TOKEN_LIFETIME_INVALID");
    }
    EXPECT_EQ(reason(directory_.check_add_token(PartyId{9}, kHall, hash(1), kNow)),
              "PARTY_NOT_FOUND");
    directory_.add_token(party_, kHall, hash(99), kNow);
    EXPECT_EQ(token_refusal(kHall), "TOKEN_REPEATED");
}

TEST_F(Enrolment, refuses_a_token_of_a_party_that_may_not_prepare) {
    directory_.add_token(party_, kHall, hash(1), kNow);
    EXPECT_EQ(reason(directory_.check_token(hash(1), kNow)), "");
    directory_.review(party_, PartyState::qualified, "", kNow);
    EXPECT_EQ(reason(directory_.check_token(hash(1), kNow)), "");
    directory_.review(party_, PartyState::suspended, "", kNow);
    EXPECT_EQ(reason(directory_.check_token(hash(1), kNow)), "PARTY_SUSPENDED");

    const PartyId other = directory_.open_party("Other", {Role::supplier}, kNow);
    directory_.add_token(other, kHall, hash(2), kNow);
    directory_.review(other, PartyState::rejected, "", kNow);
    EXPECT_EQ(reason(directory_.check_token(hash(2), kNow)), "PARTY_REJECTED");
}

TEST_F(Enrolment, bounds_the_unused_tokens_of_a_party) {
    for (std::uint8_t i = 0; i < kTokensMax; ++i) {
        ASSERT_EQ(reason(directory_.check_add_token(party_, kHall, hash(i), kNow)), "");
        directory_.add_token(party_, kHall, hash(i), kNow);
    }
    EXPECT_EQ(reason(directory_.check_add_token(party_, kHall, hash(200), kNow)),
              "TOO_MANY_TOKENS");
    const Instant all_expired = kNow + seconds(3600);
    EXPECT_EQ(reason(directory_.check_add_token(party_, kHall, hash(200), all_expired)), "");
    directory_.use_token(hash(0));
    EXPECT_EQ(reason(directory_.check_add_token(party_, kHall, hash(200), kNow)), "");
}

TEST_F(Enrolment, forgets_tokens_a_week_after_they_expired) {
    const Instant expires_at = directory_.add_token(party_, kHall, hash(1), kNow);
    const Instant almost = expires_at + kTokenMemory - Duration{1};
    directory_.add_token(party_, kHall, hash(2), almost);
    EXPECT_EQ(reason(directory_.check_token(hash(1), almost)), "TOKEN_EXPIRED");
    directory_.add_token(party_, kHall, hash(3), expires_at + kTokenMemory);
    EXPECT_EQ(reason(directory_.check_token(hash(1), almost)), "TOKEN_UNKNOWN");
    EXPECT_EQ(directory_.tokens().size(), 2U);
}

TEST_F(Enrolment, takes_public_keys_of_32_bytes_that_no_agent_in_force_has) {
    EXPECT_EQ(reason(directory_.check_public_key("")), "PUBLIC_KEY_INVALID");
    EXPECT_EQ(reason(directory_.check_public_key(std::string(31, 'k'))), "PUBLIC_KEY_INVALID");
    EXPECT_EQ(reason(directory_.check_public_key(std::string(32, '\0'))), "PUBLIC_KEY_INVALID");
    const PublicKey key = public_key(7);
    ASSERT_EQ(directory_.check_public_key(bytes(key)), key);

    const AgentId agent = add_agent(7);
    EXPECT_EQ(directory_.find_agent_of(key), agent);
    EXPECT_EQ(reason(directory_.check_public_key(bytes(key))), "PUBLIC_KEY_IN_USE");
    directory_.mark_lost(agent);
    EXPECT_EQ(reason(directory_.check_public_key(bytes(key))), "PUBLIC_KEY_IN_USE");
    directory_.revoke_agent(agent);
    EXPECT_EQ(reason(directory_.check_public_key(bytes(key))), "");
    EXPECT_EQ(directory_.find_agent_of(key), std::nullopt);
}

TEST_F(Enrolment, tells_agents_that_are_live_lost_back_and_revoked) {
    const AgentId expected = directory_.next_agent_id();
    const AgentId agent = add_agent(1);
    EXPECT_EQ(agent, expected);
    EXPECT_TRUE(directory_.agent(agent).live);
    EXPECT_EQ(directory_.agent(agent).key_epoch, 1U);
    EXPECT_EQ(reason(directory_.check_mark_back(agent)), "AGENT_ALREADY_LIVE");

    ASSERT_EQ(reason(directory_.check_mark_lost(agent)), "");
    directory_.mark_lost(agent);
    EXPECT_FALSE(directory_.agent(agent).live);
    EXPECT_TRUE(directory_.identify_agent(agent));  // It may come back.
    EXPECT_EQ(reason(directory_.check_mark_lost(agent)), "AGENT_ALREADY_LOST");

    ASSERT_EQ(reason(directory_.check_mark_back(agent)), "");
    directory_.mark_back(agent);
    EXPECT_TRUE(directory_.agent(agent).live);

    directory_.revoke_agent(agent);
    EXPECT_FALSE(directory_.agent(agent).live);
    EXPECT_EQ(reason(directory_.check_mark_lost(agent)), "AGENT_ALREADY_REVOKED");
    EXPECT_EQ(reason(directory_.check_mark_back(agent)), "AGENT_ALREADY_REVOKED");
    EXPECT_EQ(reason(directory_.check_revoke_agent(agent)), "AGENT_ALREADY_REVOKED");
    EXPECT_EQ(reason(directory_.identify_agent(agent)), "AGENT_REVOKED");
}

TEST_F(Enrolment, knows_no_agent_that_never_joined) {
    EXPECT_EQ(reason(directory_.check_mark_lost(AgentId{9})), "AGENT_NOT_FOUND");
    EXPECT_EQ(reason(directory_.check_mark_back(AgentId{9})), "AGENT_NOT_FOUND");
    EXPECT_EQ(reason(directory_.check_revoke_agent(AgentId{9})), "AGENT_NOT_FOUND");
    EXPECT_EQ(reason(directory_.identify_agent(AgentId{9})), "UNAUTHENTICATED");
}

TEST_F(Enrolment, gives_agents_the_rights_of_agents) {
    const AgentId agent = add_agent(1);
    const auto caller = directory_.identify_agent(agent);
    ASSERT_TRUE(caller);
    EXPECT_EQ(*caller, (Caller{.kind = Caller::Kind::agent, .party = party_, .agent = agent}));
    EXPECT_TRUE(directory_.check_permission(*caller, Permission::task_execute, Effect::prepare));
    EXPECT_EQ(
        reason(directory_.check_permission(*caller, Permission::contract_supply, Effect::start)),
        "NOT_QUALIFIED");
    EXPECT_EQ(
        reason(directory_.check_permission(*caller, Permission::party_manage, Effect::finish)),
        "PERMISSION_DENIED");
}

}  // namespace
}  // namespace penstock::party
