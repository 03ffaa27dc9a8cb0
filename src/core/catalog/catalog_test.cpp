#include "core/catalog/catalog.h"

#include <string>

#include "core/catalog/error.h"
#include "core/catalog/test_catalog.h"

namespace penstock::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(CatalogTest, opens_sites_and_pools_by_name_when_an_agent_joins) {
    const Pool& pool = catalog_.pool(pool_);
    EXPECT_EQ(pool.agent, AgentId{1});
    EXPECT_EQ(pool.name, "hall 1");
    EXPECT_EQ(catalog_.site(pool.site).name, "Hangzhou");
    EXPECT_EQ(catalog_.site(pool.site).party, kParty);

    const auto same_site = catalog_.join(kParty, "Hangzhou", "hall 2", AgentId{2});
    EXPECT_EQ(same_site.site, pool.site);
    EXPECT_NE(same_site.pool, pool_);
    const auto other_party = catalog_.join(PartyId{2}, "Hangzhou", "hall 1", AgentId{3});
    EXPECT_NE(other_party.site, pool.site);
    EXPECT_NE(other_party.pool, pool_);
    EXPECT_EQ(catalog_.find_pool(catalog_.find_site(kParty, "Hangzhou"), "hall 2"), same_site.pool);
    EXPECT_EQ(catalog_.find_site(kParty, "Guizhou"), SiteId{});
    EXPECT_EQ(catalog_.find_pool(pool.site, "hall 3"), PoolId{});
}

TEST_F(CatalogTest, gives_a_pool_to_one_agent_at_a_time) {
    EXPECT_EQ(reason(catalog_.check_join(kParty, "Hangzhou", "hall 1")), "POOL_HAS_AGENT");
    EXPECT_EQ(reason(catalog_.check_join(kParty, "Hangzhou", "hall 2")), "");
    EXPECT_EQ(reason(catalog_.check_join(kParty, "Guizhou", "hall 1")), "");
    EXPECT_EQ(reason(catalog_.check_join(PartyId{2}, "Hangzhou", "hall 1")), "");
    catalog_.release(pool_);
    ASSERT_EQ(reason(catalog_.check_join(kParty, "Hangzhou", "hall 1")), "");
    EXPECT_EQ(catalog_.join(kParty, "Hangzhou", "hall 1", AgentId{2}).pool, pool_);
    EXPECT_EQ(catalog_.pool(pool_).agent, AgentId{2});
}

TEST_F(CatalogTest, releases_a_pool_with_all_that_its_agent_stood_for) {
    measure(8);
    const ProductId first = catalog_.list_product(offer(2));
    const ProductId second = catalog_.list_product(offer(3));
    catalog_.issue_challenge(pool_, test_nonce(2), kNow);
    EXPECT_THAT(catalog_.release(pool_), ElementsAre(first, second));
    EXPECT_FALSE(catalog_.product(first).listed);
    EXPECT_FALSE(catalog_.pool(pool_).agent);
    EXPECT_FALSE(catalog_.pool(pool_).profile);
    EXPECT_FALSE(catalog_.pool(pool_).challenge);
    EXPECT_EQ(reason(catalog_.check_challenge(pool_, std::string(16, 'n'))), "POOL_HAS_NO_AGENT");
    EXPECT_EQ(reason(catalog_.check_profile(pool_, test_profile(8, kNow), kNow)),
              "POOL_HAS_NO_AGENT");
    EXPECT_EQ(reason(catalog_.check_listing(offer(1), kNow)), "PROFILE_MISSING");
}

TEST_F(CatalogTest, takes_challenges_of_16_bytes_for_its_pools) {
    EXPECT_EQ(reason(catalog_.check_challenge(PoolId{9}, std::string(16, 'n'))), "POOL_NOT_FOUND");
    EXPECT_EQ(reason(catalog_.check_challenge(pool_, std::string(15, 'n'))), "CHALLENGE_INVALID");
    EXPECT_EQ(reason(catalog_.check_challenge(pool_, std::string(17, 'n'))), "CHALLENGE_INVALID");
    Nonce nonce{};
    nonce.fill('n');
    EXPECT_EQ(catalog_.check_challenge(pool_, std::string(16, 'n')), nonce);
}

TEST_F(CatalogTest, accepts_one_profile_in_time_for_each_challenge) {
    const Profile profile = test_profile(8, kNow);
    EXPECT_EQ(reason(catalog_.check_profile(PoolId{9}, profile, kNow)), "POOL_NOT_FOUND");
    EXPECT_EQ(reason(catalog_.check_profile(pool_, profile, kNow)), "CHALLENGE_NOT_OPEN");

    const Instant expires_at = catalog_.issue_challenge(pool_, test_nonce(1), kNow);
    EXPECT_EQ(expires_at, kNow + seconds(600));
    EXPECT_EQ(reason(catalog_.check_profile(pool_, profile, expires_at)), "CHALLENGE_EXPIRED");
    EXPECT_EQ(reason(catalog_.check_profile(pool_, test_profile(8, kNow, 2), kNow)),
              "CHALLENGE_MISMATCH");
    EXPECT_EQ(reason(catalog_.check_profile(pool_, test_profile(0, kNow), kNow)),
              "PROFILE_CORES_INVALID");

    const Instant last = expires_at - Duration{1};
    ASSERT_EQ(reason(catalog_.check_profile(pool_, profile, last)), "");
    const auto accepted = catalog_.accept_profile(pool_, profile, last);
    EXPECT_EQ(accepted.expires_at, last + seconds(30 * 24 * 3600));
    EXPECT_THAT(accepted.withdrawn, IsEmpty());
    EXPECT_EQ(reason(catalog_.check_profile(pool_, profile, last)), "CHALLENGE_NOT_OPEN");
}

TEST_F(CatalogTest, takes_the_answer_to_the_latest_challenge_alone) {
    catalog_.issue_challenge(pool_, test_nonce(1), kNow);
    catalog_.issue_challenge(pool_, test_nonce(2), kNow);
    EXPECT_EQ(reason(catalog_.check_profile(pool_, test_profile(8, kNow, 1), kNow)),
              "CHALLENGE_MISMATCH");
    EXPECT_EQ(reason(catalog_.check_profile(pool_, test_profile(8, kNow, 2), kNow)), "");
}

TEST_F(CatalogTest, counts_a_profile_until_it_expires) {
    const Instant expires_at = measure(8).expires_at;
    EXPECT_NE(catalog_.pool(pool_).verified_profile(expires_at - Duration{1}), nullptr);
    EXPECT_EQ(catalog_.pool(pool_).verified_profile(expires_at), nullptr);
}

TEST_F(CatalogTest, withdraws_what_a_later_profile_shows_to_be_overstated) {
    measure(8);
    const ProductId oldest = catalog_.list_product(offer(3));
    const ProductId large = catalog_.list_product(offer(4));
    const ProductId small = catalog_.list_product(offer(1));
    const auto accepted = measure(5, kNow + seconds(60));
    EXPECT_THAT(accepted.withdrawn, ElementsAre(large));
    EXPECT_TRUE(catalog_.product(oldest).listed);
    EXPECT_FALSE(catalog_.product(large).listed);
    EXPECT_TRUE(catalog_.product(small).listed);
    EXPECT_THAT(catalog_.listed(), ElementsAre(oldest, small));

    EXPECT_THAT(measure(2, kNow + seconds(120)).withdrawn, ElementsAre(oldest));
    EXPECT_THAT(catalog_.listed(), ElementsAre(small));
}

}  // namespace
}  // namespace penstock::catalog
