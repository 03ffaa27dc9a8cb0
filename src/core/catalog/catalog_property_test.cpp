#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "base/archive.h"
#include "core/catalog/catalog.h"
#include "core/catalog/invariants.h"
#include "core/catalog/test_profile.h"

namespace penstock::catalog {
namespace {

std::string snapshot(Catalog& catalog) {
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(catalog);
    return bytes;
}

/// Tries one random change; does it only when its check lets it.
void step(Catalog& catalog, Instant now, std::uint64_t& agents) {
    const auto small = [] { return *rc::gen::inRange<std::uint64_t>(0, 5); };
    const PoolId pool{small()};
    const ProductId product{small()};
    const auto cores = *rc::gen::inRange<std::uint32_t>(0, 12);
    const std::string pool_name = "pool " + std::to_string(small());
    switch (*rc::gen::inRange(0, 7)) {
        case 0:
            if (catalog.check_join(PartyId{1}, "site", pool_name)) {
                catalog.join(PartyId{1}, "site", pool_name, AgentId{++agents});
            }
            break;
        case 1:
            if (catalog.check_challenge(pool, std::string(16, '\1'))) {
                catalog.issue_challenge(pool, test_nonce(1), now);
            }
            break;
        case 2: {
            const Profile profile = test_profile(cores, now);
            if (catalog.check_profile(pool, profile, now)) {
                const auto accepted = catalog.accept_profile(pool, profile, now);
                RC_ASSERT(catalog.cores_listed(pool) <= cores);
                for (const ProductId id : accepted.withdrawn) {
                    RC_ASSERT(!catalog.product(id).listed);
                }
            }
            break;
        }
        case 3: {
            const Offer offer{pool, "cores", Money{100}, Currency{}, cores};
            if (catalog.check_listing(offer, now)) catalog.list_product(offer);
            break;
        }
        case 4:
            if (catalog.check_reprice(product, 1, Money{5})) catalog.reprice(product, Money{5});
            break;
        case 5:
            if (catalog.check_withdraw(product)) catalog.withdraw(product);
            break;
        case 6:
            if (catalog.find_pool(pool) != nullptr && small() == 0) catalog.release(pool);
            break;
    }
}

RC_GTEST_PROP(CatalogProperty, keeps_its_invariants_and_survives_its_snapshot, ()) {
    Catalog catalog;
    Instant now{1'000'000'000'000'000};
    std::uint64_t agents = 1;
    const PoolId first = catalog.join(PartyId{1}, "site", "pool 0", AgentId{1}).pool;
    catalog.issue_challenge(first, test_nonce(1), now);
    catalog.accept_profile(first, test_profile(10, now), now);
    const int steps = *rc::gen::inRange(0, 300);
    for (int i = 0; i < steps; ++i) {
        now = now + seconds(*rc::gen::element<std::int64_t>(0, 60, 599, 86'400));
        step(catalog, now, agents);
        const auto broken = broken_invariants(catalog);
        if (!broken.empty()) RC_FAIL(broken.front());
    }
    RC_CLASSIFY(!catalog.listed().empty(), "sells");
    const std::string bytes = snapshot(catalog);
    Catalog restored;
    ArchiveReader reader(bytes);
    reader(restored);
    RC_ASSERT(reader.finished());
    RC_ASSERT(snapshot(restored) == bytes);
    RC_ASSERT(broken_invariants(restored).empty());
}

RC_GTEST_PROP(CatalogProperty, takes_exactly_the_listings_that_fit, ()) {
    Catalog catalog;
    const Instant now{1'000'000'000'000'000};
    const PoolId pool = catalog.join(PartyId{1}, "site", "pool", AgentId{1}).pool;
    const auto measured = *rc::gen::inRange<std::uint32_t>(1, 64);
    catalog.issue_challenge(pool, test_nonce(1), now);
    catalog.accept_profile(pool, test_profile(measured, now), now);
    std::uint64_t promised = 0;
    for (const std::uint32_t cores :
         *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(1, 40))) {
        const Offer offer{pool, "cores", Money{100}, Currency{}, cores};
        const bool fits = promised + cores <= measured;
        RC_ASSERT(catalog.check_listing(offer, now).has_value() == fits);
        if (!fits) continue;
        catalog.list_product(offer);
        promised += cores;
        RC_ASSERT(catalog.cores_listed(pool) == promised);
    }
}

}  // namespace
}  // namespace penstock::catalog
