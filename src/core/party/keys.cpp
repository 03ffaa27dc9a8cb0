// Directory's part about API keys.
#include <algorithm>

#include "base/assert.h"
#include "base/text.h"
#include "base/try.h"
#include "core/party/directory.h"
#include "core/party/error.h"
#include "core/party/refusal.h"

namespace penstock::party {

namespace {

constexpr TextLength kLabelLength{1, 60};
constexpr std::uint32_t kLifetimeSecondsMin = 60;
constexpr std::uint32_t kOverlapSecondsMax = 604'800;
constexpr std::size_t kNetworksMax = 16;
constexpr std::size_t kNetworkLengthMax = 49;  ///< Of an IPv6 address with its prefix.

Result<void> check_terms(const KeyTerms& terms) {
    if (terms.ttl_seconds != 0 && terms.ttl_seconds < kLifetimeSecondsMin)
        return reject(kKeyLifetimeInvalid, "ttl_seconds");
    const bool networks_fit =
        terms.networks.size() <= kNetworksMax &&
        std::ranges::all_of(terms.networks, [](const std::string& network) {
            return !network.empty() && network.size() <= kNetworkLengthMax &&
                   network.find_first_not_of("0123456789abcdef.:/") == std::string::npos;
        });
    if (!networks_fit) return reject(kNetworksInvalid, "networks");
    return {};
}

}  // namespace

Result<Caller> Directory::identify_key(KeyId key, Instant now) const {
    const ApiKey* found = keys_.find(key);
    if (found == nullptr) return reject(kUnauthenticated);
    if (found->revoked) return reject(kKeyRevoked);
    if (now >= found->expires_at) return reject(kKeyExpired);
    Caller caller;
    caller.kind = Caller::Kind::member;
    caller.party = found->party;
    caller.may = found->scopes;
    return caller;
}

const std::set<KeyId>& Directory::keys_of(PartyId party) const {
    static const std::set<KeyId> kNone;
    const auto found = keys_of_.find(party);
    return found == keys_of_.end() ? kNone : found->second;
}

std::size_t Directory::count_keys_in_force(PartyId party, Instant now) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        keys_of(party), [&](KeyId key) { return keys_.at(key).is_in_force(now); }));
}

Result<void> Directory::check_add_key(PartyId party, std::string_view label, const KeyTerms& terms,
                                      Instant now) const {
    if (parties_.find(party) == nullptr) return reject(kPartyNotFound);
    if (!is_label(label, kLabelLength)) return reject(kLabelInvalid, "label");
    TRY(check_terms(terms));
    if (count_keys_in_force(party, now) >= kKeysMax) return reject(kTooManyKeys);
    return {};
}

KeyId Directory::add_key(PartyId party, std::string_view label, const SecretHash& secret_hash,
                         const KeyTerms& terms, Instant now) {
    PENSTOCK_ASSERT(check_add_key(party, label, terms, now));
    // Expired ones count as revoked from here on, so that the party's list does not grow for ever.
    const std::set<KeyId> own = keys_of(party);
    for (const KeyId key : own) {
        if (now >= keys_.at(key).expires_at) revoke_key(key);
    }
    ApiKey key;
    key.party = party;
    key.label = std::string(label);
    key.created_at = now;
    key.secret_hash = secret_hash;
    key.scopes = terms.scopes;
    if (terms.ttl_seconds != 0) key.expires_at = now + seconds(terms.ttl_seconds);
    key.networks = terms.networks;
    const KeyId id = keys_.add(std::move(key)).first;
    keys_of_[party].insert(id);
    return id;
}

Result<void> Directory::check_replace_key(KeyId key, const Caller& by,
                                          std::uint32_t overlap_seconds, Instant now) const {
    TRY(check_revoke_key(key));
    const ApiKey& old = keys_.at(key);
    if (now >= old.expires_at) return reject(kKeyEnded, "key");
    if (overlap_seconds > kOverlapSecondsMax) return reject(kKeyLifetimeInvalid, "overlap_seconds");
    if (!by.may.contains(old.scopes))
        return reject(kScopesInvalid, "key", scopes_beyond(old.scopes, by.may));
    if (count_keys_in_force(old.party, now) >= kKeysMax) return reject(kTooManyKeys);
    return {};
}

KeyId Directory::replace_key(KeyId key, const SecretHash& secret_hash,
                             std::uint32_t overlap_seconds, Instant now) {
    ApiKey& old = keys_.at(key);
    KeyTerms terms;
    terms.scopes = old.scopes;
    terms.networks = old.networks;
    const KeyId id = add_key(old.party, old.label, secret_hash, terms, now);
    if (old.expires_at < kLastInstant)
        keys_.at(id).expires_at =
            std::min(now + (old.expires_at - old.created_at), kLastInstant - seconds(1));
    old.expires_at = std::min(old.expires_at, now + seconds(overlap_seconds));
    return id;
}

Result<void> Directory::check_revoke_key(KeyId key) const {
    const ApiKey* found = keys_.find(key);
    if (found == nullptr) return reject(kKeyNotFound, "key");
    if (found->revoked) return reject(kKeyAlreadyRevoked, "key");
    return {};
}

void Directory::revoke_key(KeyId key) {
    PENSTOCK_ASSERT(check_revoke_key(key));
    ApiKey& revoked = keys_.at(key);
    revoked.revoked = true;
    const auto own = keys_of_.find(revoked.party);
    PENSTOCK_ASSERT(own != keys_of_.end());
    own->second.erase(key);
    if (own->second.empty()) keys_of_.erase(own);
}

Result<void> Directory::check_note_key_use(KeyId key) const {
    if (keys_.find(key) == nullptr) return reject(kKeyNotFound, "key");
    return {};
}

void Directory::note_key_use(KeyId key, Instant now) {
    PENSTOCK_ASSERT(check_note_key_use(key));
    keys_.at(key).last_used_at = now;
}

}  // namespace penstock::party
