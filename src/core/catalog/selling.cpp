// Catalog's part about products.
#include <algorithm>

#include "base/assert.h"
#include "base/text.h"
#include "base/try.h"
#include "core/catalog/catalog.h"
#include "core/catalog/error.h"

namespace penstock::catalog {

namespace {

constexpr TextLength kProductNameLength{1, 80};

Result<void> check_price(Money price) {
    if (!Catalog::can_sell_at(price)) return reject(kPriceInvalid, "price_per_core_hour");
    return {};
}

}  // namespace

Result<void> Catalog::check_listing(const Offer& offer, Instant now) const {
    const Pool* pool = pools_.find(offer.pool);
    if (pool == nullptr) return reject(kPoolNotFound, "pool");
    if (!is_label(offer.name, kProductNameLength)) return reject(kProductNameInvalid, "name");
    TRY(check_price(offer.price_per_core_hour));
    if (offer.cores < 1) return reject(kCoresInvalid, "cores");
    if (!pool->profile) return reject(kProfileMissing, "pool");
    const Profile* profile = pool->verified_profile(now);
    if (profile == nullptr) return reject(kProfileExpired, "pool");
    const std::uint64_t promised = cores_listed(offer.pool);
    if (offer.cores > profile->cores - promised) {
        return reject(kCoresAboveProfile, "cores",
                      "Measured: " + std::to_string(profile->cores) +
                          ", on sale already: " + std::to_string(promised) + ".");
    }
    return {};
}

ProductId Catalog::list_product(const Offer& offer) {
    Pool& pool = pools_.at(offer.pool);
    PENSTOCK_ASSERT(pool.profile && cores_listed(offer.pool) + offer.cores <= pool.profile->cores);
    const ProductId id = products_
                             .add({.party = pool.party,
                                   .pool = offer.pool,
                                   .name = std::string(offer.name),
                                   .price_per_core_hour = offer.price_per_core_hour,
                                   .currency = offer.currency,
                                   .price_version = 1,
                                   .cores = offer.cores,
                                   .listed = true})
                             .first;
    pool.listed.push_back(id);
    listed_.insert(id);
    return id;
}

Result<void> Catalog::check_reprice(ProductId product, std::uint32_t expected_price_version,
                                    Money price_per_core_hour) const {
    TRY(check_withdraw(product));
    TRY(check_price(price_per_core_hour));
    const Product& found = products_.at(product);
    if (found.plan_version > 0) return reject(kPricedByPlan, "product");
    if (found.price_version != expected_price_version) {
        return reject(kPriceChanged, "expected_price_version");
    }
    if (found.price_version >= kPriceVersionsMax) {
        return reject(kPriceVersionsExhausted, "product");
    }
    return {};
}

std::uint32_t Catalog::reprice(ProductId product, Money price_per_core_hour) {
    Product& repriced = products_.at(product);
    PENSTOCK_ASSERT(check_reprice(product, repriced.price_version, price_per_core_hour));
    repriced.price_per_core_hour = price_per_core_hour;
    return ++repriced.price_version;
}

std::uint32_t Catalog::price_by_plan(ProductId product, std::uint32_t plan_version,
                                     Money price_per_core_hour) {
    PENSTOCK_ASSERT(check_price_by_plan(product));
    PENSTOCK_ASSERT(price_per_core_hour == Money{} || can_sell_at(price_per_core_hour));
    Product& priced = products_.at(product);
    PENSTOCK_ASSERT(plan_version > priced.plan_version);
    priced.plan_version = plan_version;
    priced.price_per_core_hour = price_per_core_hour;
    return ++priced.price_version;
}

Result<void> Catalog::check_withdraw(ProductId product) const {
    const Product* found = products_.find(product);
    if (found == nullptr) return reject(kProductNotFound, "product");
    if (!found->listed) return reject(kProductNotListed, "product");
    return {};
}

void Catalog::withdraw(ProductId product) {
    PENSTOCK_ASSERT(check_withdraw(product));
    Product& withdrawn = products_.at(product);
    withdrawn.listed = false;
    listed_.erase(product);
    std::erase(pools_.at(withdrawn.pool).listed, product);
}

std::vector<ProductId> Catalog::withdraw_all(PoolId pool) {
    auto withdrawn = pools_.at(pool).listed;
    for (const ProductId id : withdrawn) withdraw(id);
    return withdrawn;
}

Result<void> Catalog::check_sale(ProductId product, std::uint32_t price_version,
                                 Instant now) const {
    TRY(check_withdraw(product));
    const Product& found = products_.at(product);
    if (pools_.at(found.pool).verified_profile(now) == nullptr) {
        return reject(kProfileExpired, "product");
    }
    if (found.price_version != price_version) return reject(kPriceChanged, "price_version");
    return {};
}

}  // namespace penstock::catalog
