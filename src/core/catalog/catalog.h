#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/id_table.h"
#include "base/money.h"
#include "base/time.h"
#include "core/catalog/types.h"

namespace penstock::catalog {

/// How long an agent has to measure and answer.
inline constexpr Duration kChallengeLifetime = seconds(10 * 60);
/// How long a profile counts.
inline constexpr Duration kProfileLifetime = seconds(30 * 24 * 3600);
inline constexpr std::uint32_t kCoresMax = 4096;
inline constexpr Money kPriceMax{1'000'000'000'000};
/// How often a product's price may be set.
inline constexpr std::uint32_t kPriceVersionsMax = 1'000'000;

/// What is to be put on sale.
struct Offer {
    PoolId pool;
    std::string_view name;
    Money price_per_core_hour;
    Currency currency;
    std::uint32_t cores = 0;
};

/// What suppliers have: sites, pools with their measured profiles, and products.
///
/// A product never promises more than its pool's verified measurement. Each `check_…` says whether
/// the change of the same name may be made, and changes nothing; the change itself must have been
/// checked and cannot fail. Deterministic; one thread at a time.
class Catalog {
  public:
    // ---- Sites and pools

    struct Place {
        SiteId site;
        PoolId pool;
    };
    /// May an agent of the party begin to serve the pool of these names (valid; party/directory.h)?
    /// @retval kPoolHasAgent
    Result<void> check_join(PartyId party, std::string_view site_name,
                            std::string_view pool_name) const;
    /// Opens the site and the pool where they do not exist yet, and gives the pool to the agent.
    Place join(PartyId party, std::string_view site_name, std::string_view pool_name,
               AgentId agent);
    /// Where the site is, as its supplier says from now on.
    void locate(SiteId site, std::string_view place);
    /// The agent is gone for good: the pool loses its profile, and its products are withdrawn.
    /// @return The products withdrawn, in the order of their ids.
    std::vector<ProductId> release(PoolId pool);

    // ---- Measuring

    /// @param challenge  As it came.
    /// @retval kPoolNotFound, kPoolHasNoAgent, kChallengeInvalid
    Result<Nonce> check_challenge(PoolId pool, std::string_view challenge) const;
    /// Replaces an open challenge.
    /// @return The first instant at which an answer comes too late.
    Instant issue_challenge(PoolId pool, const Nonce& nonce, Instant now);
    /// @retval kPoolNotFound, kPoolHasNoAgent, kChallengeNotOpen, kChallengeExpired,
    ///         kChallengeMismatch, and what check_profile_facts() says (profile_rules.h)
    Result<void> check_profile(PoolId pool, const Profile& profile, Instant now) const;
    struct Accepted {
        Instant expires_at;
        std::vector<ProductId> withdrawn;  ///< What promised more than was measured.
    };
    /// Puts the profile in force and closes the challenge. When the profile shows fewer cores than
    /// the products on sale promise together, the oldest products that fit stay on sale and the
    /// others are withdrawn.
    Accepted accept_profile(PoolId pool, Profile profile, Instant now);

    // ---- Selling

    /// @retval kPoolNotFound, kProductNameInvalid, kPriceInvalid, kCoresInvalid, kProfileMissing,
    ///         kProfileExpired, kCoresAboveProfile
    Result<void> check_listing(const Offer& offer, Instant now) const;
    /// At price version 1.
    ProductId list_product(const Offer& offer);
    /// @retval kProductNotFound, kProductNotListed, kPriceChanged, kPriceInvalid, kPricedByPlan,
    ///         kPriceVersionsExhausted
    Result<void> check_reprice(ProductId product, std::uint32_t expected_price_version,
                               Money price_per_core_hour) const;
    /// @return The new price version.
    std::uint32_t reprice(ProductId product, Money price_per_core_hour);
    /// May the product's price plan be changed?
    /// @retval kProductNotFound, kProductNotListed
    Result<void> check_price_by_plan(ProductId product) const { return check_withdraw(product); }
    /// A version of the product's price plan takes effect.
    /// @param price_per_core_hour  What can_sell_at() or zero: by this plan the product is not sold
    ///                             by the core.
    /// @return The new price version.
    std::uint32_t price_by_plan(ProductId product, std::uint32_t plan_version,
                                Money price_per_core_hour);
    static bool can_sell_at(Money price_per_core_hour) {
        return price_per_core_hour >= Money{1} && price_per_core_hour <= kPriceMax;
    }
    /// @retval kProductNotFound, kProductNotListed
    Result<void> check_withdraw(ProductId product) const;
    /// Stops new sales for ever.
    void withdraw(ProductId product);
    /// @return The products withdrawn, in the order of their ids.
    std::vector<ProductId> withdraw_all(PoolId pool);
    /// May the product be sold now, at the price of this version?
    /// @retval kProductNotFound, kProductNotListed, kProfileExpired, kPriceChanged
    Result<void> check_sale(ProductId product, std::uint32_t price_version, Instant now) const;

    // ---- Looking up. find_x is null (or 0) when there is none; x must exist.

    const Site* find_site(SiteId site) const { return sites_.find(site); }
    const Site& site(SiteId site) const { return sites_.at(site); }
    const Pool* find_pool(PoolId pool) const { return pools_.find(pool); }
    const Pool& pool(PoolId pool) const { return pools_.at(pool); }
    const Product* find_product(ProductId product) const { return products_.find(product); }
    const Product& product(ProductId product) const { return products_.at(product); }
    SiteId find_site(PartyId party, std::string_view name) const;
    PoolId find_pool(SiteId site, std::string_view name) const;
    const IdTable<SiteId, Site>& sites() const { return sites_; }
    const IdTable<PoolId, Pool>& pools() const { return pools_; }
    const IdTable<ProductId, Product>& products() const { return products_; }
    /// The products on sale, in the order of their ids.
    const std::set<ProductId>& listed() const { return listed_; }
    /// How many cores the pool's products on sale promise together.
    std::uint64_t cores_listed(PoolId pool) const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(sites_, pools_, products_, sites_by_name_, pools_by_name_, listed_);
    }

  private:
    friend std::vector<std::string> broken_invariants(const Catalog& catalog);

    IdTable<SiteId, Site> sites_;
    IdTable<PoolId, Pool> pools_;
    IdTable<ProductId, Product> products_;
    std::map<std::pair<PartyId, std::string>, SiteId> sites_by_name_;
    std::map<std::pair<SiteId, std::string>, PoolId> pools_by_name_;
    std::set<ProductId> listed_;
};

}  // namespace penstock::catalog
