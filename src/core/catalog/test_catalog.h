#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "core/catalog/catalog.h"
#include "core/catalog/invariants.h"
#include "core/catalog/test_profile.h"

namespace penstock::catalog {

inline constexpr Instant kNow{1'000'000'000'000'000};
inline constexpr PartyId kParty{1};

template <class T>
std::string_view reason(const Result<T>& result) {
    return result ? "" : result.error().reason();
}

/// One pool with an agent, and the shortest ways to measure it and to put its cores on sale.
class CatalogTest : public testing::Test {
  protected:
    CatalogTest() : pool_(catalog_.join(kParty, "Hangzhou", "hall 1", AgentId{1}).pool) {}
    void TearDown() override { EXPECT_THAT(broken_invariants(catalog_), testing::IsEmpty()); }

    Catalog::Accepted measure(std::uint32_t cores, Instant now = kNow) {
        catalog_.issue_challenge(pool_, test_nonce(1), now);
        return catalog_.accept_profile(pool_, test_profile(cores, now), now);
    }
    Offer offer(std::uint32_t cores) const {
        return {.pool = pool_,
                .name = "kunpeng cores",
                .price_per_core_hour = Money{100'000},
                .currency = *Currency::parse("CNY"),
                .cores = cores};
    }

    Catalog catalog_;
    PoolId pool_;
};

}  // namespace penstock::catalog
