#include "core/catalog/catalog.h"

#include <algorithm>

#include "base/assert.h"
#include "base/try.h"
#include "core/catalog/error.h"
#include "core/catalog/profile_rules.h"

namespace penstock::catalog {

// ---- Sites and pools

SiteId Catalog::find_site(PartyId party, std::string_view name) const {
    const auto found = sites_by_name_.find({party, std::string(name)});
    return found == sites_by_name_.end() ? SiteId{} : found->second;
}

PoolId Catalog::find_pool(SiteId site, std::string_view name) const {
    const auto found = pools_by_name_.find({site, std::string(name)});
    return found == pools_by_name_.end() ? PoolId{} : found->second;
}

Result<void> Catalog::check_join(PartyId party, std::string_view site_name,
                                 std::string_view pool_name) const {
    const SiteId site = find_site(party, site_name);
    const PoolId pool = site ? find_pool(site, pool_name) : PoolId{};
    if (pool && pools_.at(pool).agent) return reject(kPoolHasAgent);
    return {};
}

Catalog::Place Catalog::join(PartyId party, std::string_view site_name, std::string_view pool_name,
                             AgentId agent) {
    PENSTOCK_ASSERT(check_join(party, site_name, pool_name) && agent);
    SiteId site = find_site(party, site_name);
    if (!site) {
        site = sites_.add({.party = party, .name = std::string(site_name)}).first;
        sites_by_name_.emplace(std::pair(party, std::string(site_name)), site);
    }
    PoolId pool = find_pool(site, pool_name);
    if (!pool) {
        pool = pools_.next_id();
        Pool opened;
        opened.party = party;
        opened.site = site;
        opened.name = pool_name;
        pools_.add(std::move(opened));
        pools_by_name_.emplace(std::pair(site, std::string(pool_name)), pool);
    }
    pools_.at(pool).agent = agent;
    return {.site = site, .pool = pool};
}

void Catalog::locate(SiteId site, std::string_view place) {
    sites_.at(site).place = place;
}

std::vector<ProductId> Catalog::release(PoolId pool) {
    auto withdrawn = withdraw_all(pool);
    Pool& released = pools_.at(pool);
    released.agent = {};
    released.challenge.reset();
    released.profile.reset();
    released.profile_expires_at = {};
    return withdrawn;
}

// ---- Measuring

Result<Nonce> Catalog::check_challenge(PoolId pool, std::string_view challenge) const {
    const Pool* found = pools_.find(pool);
    if (found == nullptr) return reject(kPoolNotFound, "pool");
    if (!found->agent) return reject(kPoolHasNoAgent, "pool");
    Nonce nonce{};
    if (challenge.size() != nonce.size()) return reject(kChallengeInvalid, "challenge");
    std::ranges::transform(challenge, nonce.begin(),
                           [](char c) { return static_cast<std::uint8_t>(c); });
    return nonce;
}

Instant Catalog::issue_challenge(PoolId pool, const Nonce& nonce, Instant now) {
    const Instant expires_at = now + kChallengeLifetime;
    pools_.at(pool).challenge = Challenge{.nonce = nonce, .expires_at = expires_at};
    return expires_at;
}

Result<void> Catalog::check_profile(PoolId pool, const Profile& profile, Instant now) const {
    const Pool* found = pools_.find(pool);
    if (found == nullptr) return reject(kPoolNotFound, "pool");
    if (!found->agent) return reject(kPoolHasNoAgent, "pool");
    const auto& challenge = found->challenge;
    if (!challenge) return reject(kChallengeNotOpen, "profile.challenge");
    if (challenge->nonce != profile.challenge) {
        return reject(kChallengeMismatch, "profile.challenge");
    }
    if (now >= challenge->expires_at) return reject(kChallengeExpired, "profile.challenge");
    return check_profile_facts(profile, now);
}

Catalog::Accepted Catalog::accept_profile(PoolId pool, Profile profile, Instant now) {
    PENSTOCK_ASSERT(check_profile(pool, profile, now));
    Pool& measured = pools_.at(pool);
    Accepted accepted{.expires_at = now + kProfileLifetime, .withdrawn = {}};
    measured.challenge.reset();
    measured.profile = std::move(profile);
    measured.profile_expires_at = accepted.expires_at;

    std::uint64_t left = measured.profile->cores;
    for (const ProductId id : measured.listed) {
        const std::uint32_t cores = products_.at(id).cores;
        if (cores <= left) {
            left -= cores;
        } else {
            accepted.withdrawn.push_back(id);
        }
    }
    for (const ProductId id : accepted.withdrawn) withdraw(id);
    return accepted;
}

// ---- Looking up

std::uint64_t Catalog::cores_listed(PoolId pool) const {
    std::uint64_t cores = 0;
    for (const ProductId id : pools_.at(pool).listed) cores += products_.at(id).cores;
    return cores;
}

}  // namespace penstock::catalog
