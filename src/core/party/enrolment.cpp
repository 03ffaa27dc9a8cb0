// Directory's part about enrolment tokens and agents.
#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "base/try.h"
#include "core/party/directory.h"
#include "core/party/error.h"

namespace penstock::party {

namespace {

constexpr TextLength kPlaceNameLength{1, 60};
constexpr std::size_t kPlaceLengthMax = 60;
constexpr std::uint32_t kTokenSecondsMin = 60;
constexpr std::uint32_t kTokenSecondsMax = 604'800;
constexpr std::uint32_t kTokenSecondsUsual = 3'600;

Duration lifetime(const TokenRequest& request) {
    return seconds(request.ttl_seconds == 0 ? kTokenSecondsUsual : request.ttl_seconds);
}

bool is_place(std::string_view place) {
    return place.size() <= kPlaceLengthMax && std::ranges::all_of(place, [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                      letter == '-';
           });
}

}  // namespace

// ---- Enrolment tokens

std::size_t Directory::count_unused_tokens(PartyId party, Instant now) const {
    const auto unused = tokens_unused_.find(party);
    if (unused == tokens_unused_.end()) return 0;
    return static_cast<std::size_t>(std::ranges::count_if(
        unused->second, [&](const SecretHash& hash) { return now < tokens_.at(hash).expires_at; }));
}

Result<void> Directory::check_add_token(PartyId party, const TokenRequest& request,
                                        const SecretHash& token_hash, Instant now) const {
    if (parties_.find(party) == nullptr) return reject(kPartyNotFound);
    if (!is_label(request.site_name, kPlaceNameLength)) {
        return reject(kSiteNameInvalid, "site_name");
    }
    if (!is_label(request.pool_name, kPlaceNameLength)) {
        return reject(kPoolNameInvalid, "pool_name");
    }
    if (!is_place(request.place)) return reject(kPlaceInvalid, "place");
    const std::uint32_t ttl = request.ttl_seconds;
    if (ttl != 0 && (ttl < kTokenSecondsMin || ttl > kTokenSecondsMax)) {
        return reject(kTokenLifetimeInvalid, "ttl_seconds");
    }
    if (count_unused_tokens(party, now) >= kTokensMax) return reject(kTooManyTokens);
    if (tokens_.contains(token_hash)) return reject(kTokenRepeated, "token_hash");
    return {};
}

Instant Directory::add_token(PartyId party, const TokenRequest& request,
                             const SecretHash& token_hash, Instant now) {
    PENSTOCK_ASSERT(check_add_token(party, request, token_hash, now));
    forget_old_tokens(now);
    const Instant expires_at = now + lifetime(request);
    tokens_.emplace(token_hash, EnrolmentToken{.party = party,
                                               .site_name = std::string(request.site_name),
                                               .pool_name = std::string(request.pool_name),
                                               .place = std::string(request.place),
                                               .token_hash = token_hash,
                                               .expires_at = expires_at,
                                               .used = false});
    tokens_by_expiry_.emplace(expires_at, token_hash);
    tokens_unused_[party].insert(token_hash);
    return expires_at;
}

Result<const EnrolmentToken*> Directory::check_token(const SecretHash& token_hash,
                                                     Instant now) const {
    const auto found = tokens_.find(token_hash);
    if (found == tokens_.end()) return reject(kTokenUnknown, "token");
    const EnrolmentToken& token = found->second;
    if (token.used) return reject(kTokenUsed, "token");
    if (now >= token.expires_at) return reject(kTokenExpired, "token");
    // The agent is not known yet, so its party's state is looked at here.
    const Party& party = parties_.at(token.party);
    TRY(party::check_permission(party.roles, party.state, Permission::catalog_publish,
                                Caller::Kind::agent, Effect::prepare));
    return &token;
}

void Directory::use_token(const SecretHash& token_hash) {
    const auto found = tokens_.find(token_hash);
    PENSTOCK_ASSERT(found != tokens_.end() && !found->second.used);
    found->second.used = true;
    const auto unused = tokens_unused_.find(found->second.party);
    unused->second.erase(token_hash);
    if (unused->second.empty()) tokens_unused_.erase(unused);
}

void Directory::forget_old_tokens(Instant now) {
    while (!tokens_by_expiry_.empty() && tokens_by_expiry_.begin()->first + kTokenMemory <= now) {
        const SecretHash hash = tokens_by_expiry_.begin()->second;
        if (!tokens_.at(hash).used) use_token(hash);
        tokens_.erase(hash);
        tokens_by_expiry_.erase(tokens_by_expiry_.begin());
    }
}

// ---- Agents

Result<PublicKey> Directory::check_public_key(std::string_view public_key) const {
    PublicKey key{};
    if (public_key.size() != key.size()) return reject(kPublicKeyInvalid, "public_key");
    std::ranges::transform(public_key, key.begin(),
                           [](char c) { return static_cast<std::uint8_t>(c); });
    // No point of the curve that anybody would draw; what a broken agent sends.
    if (std::ranges::all_of(key, [&](std::uint8_t byte) { return byte == key.front(); })) {
        return reject(kPublicKeyInvalid, "public_key");
    }
    if (agents_by_key_.contains(key)) return reject(kPublicKeyInUse, "public_key");
    return key;
}

AgentId Directory::add_agent(PartyId party, SiteId site, PoolId pool, const PublicKey& public_key) {
    PENSTOCK_ASSERT(parties_.find(party) != nullptr);
    const auto [id, agent] = agents_.add({.party = party,
                                          .site = site,
                                          .pool = pool,
                                          .public_key = public_key,
                                          .key_epoch = 1,
                                          .live = true,
                                          .revoked = false});
    PENSTOCK_ASSERT(agents_by_key_.emplace(public_key, id).second);
    return id;
}

Result<void> Directory::check_mark_lost(AgentId agent) const {
    TRY(check_revoke_agent(agent));
    if (!agents_.at(agent).live) return reject(kAgentAlreadyLost, "agent");
    return {};
}

void Directory::mark_lost(AgentId agent) {
    PENSTOCK_ASSERT(check_mark_lost(agent));
    agents_.at(agent).live = false;
}

Result<void> Directory::check_mark_back(AgentId agent) const {
    TRY(check_revoke_agent(agent));
    if (agents_.at(agent).live) return reject(kAgentAlreadyLive, "agent");
    return {};
}

void Directory::mark_back(AgentId agent) {
    PENSTOCK_ASSERT(check_mark_back(agent));
    agents_.at(agent).live = true;
}

Result<void> Directory::check_revoke_agent(AgentId agent) const {
    const Agent* found = agents_.find(agent);
    if (found == nullptr) return reject(kAgentNotFound, "agent");
    if (found->revoked) return reject(kAgentAlreadyRevoked, "agent");
    return {};
}

void Directory::revoke_agent(AgentId agent) {
    PENSTOCK_ASSERT(check_revoke_agent(agent));
    Agent& revoked = agents_.at(agent);
    revoked.revoked = true;
    revoked.live = false;
    agents_by_key_.erase(revoked.public_key);
}

std::optional<AgentId> Directory::find_agent_of(const PublicKey& public_key) const {
    const auto found = agents_by_key_.find(public_key);
    if (found == agents_by_key_.end()) return std::nullopt;
    return found->second;
}

}  // namespace penstock::party
