#include <string>

#include "core/catalog/catalog.h"
#include "core/catalog/error.h"
#include "core/catalog/test_catalog.h"

namespace penstock::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Selling = CatalogTest;

TEST_F(Selling, puts_verified_cores_on_sale) {
    measure(8);
    ASSERT_EQ(reason(catalog_.check_listing(offer(8), kNow)), "");
    const ProductId id = catalog_.list_product(offer(8));
    const Product& product = catalog_.product(id);
    EXPECT_EQ(product.party, kParty);
    EXPECT_EQ(product.pool, pool_);
    EXPECT_EQ(product.price_per_core_hour, Money{100'000});
    EXPECT_EQ(product.currency.text(), "CNY");
    EXPECT_EQ(product.price_version, 1U);
    EXPECT_EQ(product.cores, 8U);
    EXPECT_TRUE(product.listed);
    EXPECT_EQ(catalog_.cores_listed(pool_), 8U);
    EXPECT_EQ(reason(catalog_.check_sale(id, 1, kNow)), "");
}

TEST_F(Selling, never_promises_more_than_was_measured) {
    measure(8);
    EXPECT_EQ(reason(catalog_.check_listing(offer(9), kNow)), "CORES_ABOVE_PROFILE");
    const ProductId first = catalog_.list_product(offer(5));
    EXPECT_EQ(reason(catalog_.check_listing(offer(3), kNow)), "");
    EXPECT_EQ(reason(catalog_.check_listing(offer(4), kNow)), "CORES_ABOVE_PROFILE");
    EXPECT_EQ(reason(catalog_.check_listing(offer(4'294'967'295U), kNow)), "CORES_ABOVE_PROFILE");
    catalog_.withdraw(first);
    EXPECT_EQ(reason(catalog_.check_listing(offer(8), kNow)), "");
}

TEST_F(Selling, refuses_pools_that_are_not_measured_or_no_longer) {
    EXPECT_EQ(reason(catalog_.check_listing(offer(1), kNow)), "PROFILE_MISSING");
    const Instant expires_at = measure(8).expires_at;
    EXPECT_EQ(reason(catalog_.check_listing(offer(1), expires_at - Duration{1})), "");
    EXPECT_EQ(reason(catalog_.check_listing(offer(1), expires_at)), "PROFILE_EXPIRED");
    Offer nowhere = offer(1);
    nowhere.pool = PoolId{9};
    EXPECT_EQ(reason(catalog_.check_listing(nowhere, kNow)), "POOL_NOT_FOUND");
}

TEST_F(Selling, refuses_offers_that_make_no_sense) {
    measure(8);
    const auto refusal = [&](std::string_view name, std::int64_t micros, std::uint32_t cores) {
        Offer changed = offer(cores);
        changed.name = name;
        changed.price_per_core_hour = Money{micros};
        return reason(catalog_.check_listing(changed, kNow));
    };
    const std::string longest(80, 'x');
    EXPECT_EQ(refusal(longest, 1, 1), "");
    EXPECT_EQ(refusal("x", 1'000'000'000'000, 1), "");
    EXPECT_EQ(refusal("", 1, 1), "PRODUCT_NAME_INVALID");
    EXPECT_EQ(refusal(longest + "x", 1, 1), "PRODUCT_NAME_INVALID");
    EXPECT_EQ(refusal("a\nb", 1, 1), "PRODUCT_NAME_INVALID");
    EXPECT_EQ(refusal("x", 0, 1), "PRICE_INVALID");
    EXPECT_EQ(refusal("x", -1, 1), "PRICE_INVALID");
    EXPECT_EQ(refusal("x", 1'000'000'000'001, 1), "PRICE_INVALID");
    EXPECT_EQ(refusal("x", 1, 0), "CORES_INVALID");
}

TEST_F(Selling, counts_price_versions_so_that_nobody_buys_at_a_price_not_seen) {
    measure(8);
    const ProductId id = catalog_.list_product(offer(8));
    EXPECT_EQ(reason(catalog_.check_reprice(id, 2, Money{1})), "PRICE_CHANGED");
    EXPECT_EQ(reason(catalog_.check_reprice(id, 1, Money{0})), "PRICE_INVALID");
    EXPECT_EQ(reason(catalog_.check_reprice(ProductId{9}, 1, Money{1})), "PRODUCT_NOT_FOUND");
    ASSERT_EQ(reason(catalog_.check_reprice(id, 1, Money{1})), "");
    EXPECT_EQ(catalog_.reprice(id, Money{1}), 2U);
    EXPECT_EQ(catalog_.product(id).price_per_core_hour, Money{1});
    EXPECT_EQ(reason(catalog_.check_sale(id, 1, kNow)), "PRICE_CHANGED");
    EXPECT_EQ(catalog_.find_product(id)->price_version, 2U);
    EXPECT_EQ(reason(catalog_.check_sale(id, 2, kNow)), "");
}

TEST_F(Selling, stops_repricing_when_versions_run_out) {
    measure(8);
    const ProductId id = catalog_.list_product(offer(8));
    // Four thousand million changes, made by hand.
    const_cast<Product*>(catalog_.find_product(id))->price_version = 4'294'967'295U;
    EXPECT_EQ(reason(catalog_.check_reprice(id, 4'294'967'295U, Money{1})),
              "PRICE_VERSIONS_EXHAUSTED");
}

TEST_F(Selling, stops_for_ever_with_withdrawal) {
    measure(8);
    const ProductId id = catalog_.list_product(offer(4));
    const ProductId other = catalog_.list_product(offer(4));
    EXPECT_EQ(reason(catalog_.check_withdraw(ProductId{9})), "PRODUCT_NOT_FOUND");
    ASSERT_EQ(reason(catalog_.check_withdraw(id)), "");
    catalog_.withdraw(id);
    EXPECT_EQ(reason(catalog_.check_withdraw(id)), "PRODUCT_NOT_LISTED");
    EXPECT_EQ(reason(catalog_.check_reprice(id, 1, Money{1})), "PRODUCT_NOT_LISTED");
    EXPECT_EQ(reason(catalog_.check_sale(id, 1, kNow)), "PRODUCT_NOT_LISTED");
    EXPECT_THAT(catalog_.listed(), ElementsAre(other));
    EXPECT_THAT(catalog_.withdraw_all(pool_), ElementsAre(other));
    EXPECT_THAT(catalog_.withdraw_all(pool_), IsEmpty());
    EXPECT_THAT(catalog_.listed(), IsEmpty());
}

TEST_F(Selling, pauses_while_the_profile_is_stale) {
    const Instant expires_at = measure(8).expires_at;
    const ProductId id = catalog_.list_product(offer(8));
    EXPECT_EQ(reason(catalog_.check_sale(id, 1, expires_at)), "PROFILE_EXPIRED");
    EXPECT_EQ(reason(catalog_.check_sale(ProductId{9}, 1, kNow)), "PRODUCT_NOT_FOUND");
    measure(8, expires_at);
    EXPECT_EQ(reason(catalog_.check_sale(id, 1, expires_at)), "");
}

}  // namespace
}  // namespace penstock::catalog
