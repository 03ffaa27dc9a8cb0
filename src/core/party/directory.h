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
#include "base/time.h"
#include "core/party/permission.h"
#include "core/party/states.h"
#include "core/party/types.h"

namespace penstock::party {

/// Most keys in force, and most unused tokens, that one party may have at a time.
inline constexpr std::size_t kKeysMax = 100;
inline constexpr std::size_t kTokensMax = 100;
/// A used or expired token is remembered this long after its expiry, so that its holder is told why
/// it no longer opens anything.
inline constexpr Duration kTokenMemory = seconds(7 * 24 * 3600);

/// What limits an API key.
struct KeyTerms {
    Permissions scopes = Permissions::all();
    std::uint32_t ttl_seconds = 0;        ///< 60 and more; 0: no end.
    std::vector<std::string> networks{};  ///< Up to 16, in CIDR form; empty: from anywhere.
};

/// What an enrolment token is to be for.
struct TokenRequest {
    std::string_view site_name;     ///< 1 to 60 characters.
    std::string_view pool_name;     ///< 1 to 60 characters.
    std::uint32_t ttl_seconds = 0;  ///< 60 to 604,800; 0 means 3,600.
    /// Where the site is, an id of the places that clients know: up to 60 lower-case letters,
    /// digits and hyphens. Empty: not told.
    std::string_view place{};
};

/// Who is who: parties, their keys, their agents, and what each may do.
///
/// Each `check_…` says whether the change of the same name may be made, and changes nothing. The
/// change itself must have been checked: it cannot fail. Deterministic; one thread at a time.
class Directory {
  public:
    // ---- Who calls, and may he?

    /// @retval kUnauthenticated, kKeyRevoked, kKeyExpired
    Result<Caller> identify_key(KeyId key, Instant now) const;
    /// @retval kUnauthenticated, kAgentRevoked
    Result<Caller> identify_agent(AgentId agent) const;
    /// The caller's right by role, by the party's state, and by what its key or its own roles leave
    /// of that; see permission.h. Ownership of the named resource is for whoever knows it.
    Result<void> check_permission(const Caller& caller, Permission permission, Effect effect) const;

    // ---- Parties

    /// @param roles  Buyer, supplier or both; operators are not signed up but opened.
    /// @retval kPartyNameInvalid, kRolesInvalid
    Result<void> check_open_party(std::string_view name, Roles roles) const;
    PartyId open_party(std::string_view name, Roles roles, Instant now);
    /// @retval kPartyNameInvalid
    Result<void> check_open_operator(std::string_view name) const;
    /// The exchange's own operator: qualified from the start, never reviewed.
    PartyId open_operator(std::string_view name, Instant now);

    /// @retval kPartyNotFound, kNoteInvalid, kOperatorNotReviewed, kReviewNotAllowed
    Result<void> check_review(PartyId party, PartyState decision, std::string_view note) const;
    void review(PartyId party, PartyState decision, std::string_view note, Instant now);

    // ---- Keys

    /// @retval kPartyNotFound, kLabelInvalid, kKeyLifetimeInvalid, kNetworksInvalid, kTooManyKeys
    Result<void> check_add_key(PartyId party, std::string_view label, const KeyTerms& terms,
                               Instant now) const;
    KeyId add_key(PartyId party, std::string_view label, const SecretHash& secret_hash,
                  const KeyTerms& terms, Instant now);
    /// @param by  Nobody gets a key that may more than he.
    /// @retval kKeyNotFound, kKeyAlreadyRevoked, kKeyEnded, kKeyLifetimeInvalid, kScopesInvalid,
    ///         kTooManyKeys
    Result<void> check_replace_key(KeyId key, const Caller& by, std::uint32_t overlap_seconds,
                                   Instant now) const;
    /// A new key with the label, scopes, networks and length of life of another, which expires
    /// after the overlap.
    KeyId replace_key(KeyId key, const SecretHash& secret_hash, std::uint32_t overlap_seconds,
                      Instant now);
    /// @retval kKeyNotFound, kKeyAlreadyRevoked
    Result<void> check_revoke_key(KeyId key) const;
    /// Stops the key from this instant on. A party may revoke its last key.
    void revoke_key(KeyId key);
    /// @retval kKeyNotFound
    Result<void> check_note_key_use(KeyId key) const;
    void note_key_use(KeyId key, Instant now);

    // ---- Enrolment tokens

    /// @retval kPartyNotFound, kSiteNameInvalid, kPoolNameInvalid, kPlaceInvalid,
    ///         kTokenLifetimeInvalid, kTooManyTokens, kTokenRepeated
    Result<void> check_add_token(PartyId party, const TokenRequest& request,
                                 const SecretHash& token_hash, Instant now) const;
    /// @return The first instant at which the token no longer opens anything.
    Instant add_token(PartyId party, const TokenRequest& request, const SecretHash& token_hash,
                      Instant now);
    /// The token, if it may be used now. The pointer holds until the next change.
    /// @retval kTokenUnknown, kTokenUsed, kTokenExpired
    /// @retval kPartySuspended, kPartyRejected  Its party may not enrol now.
    Result<const EnrolmentToken*> check_token(const SecretHash& token_hash, Instant now) const;
    void use_token(const SecretHash& token_hash);

    // ---- Agents

    /// The id that the next add_agent() will give.
    AgentId next_agent_id() const { return agents_.next_id(); }
    /// @param public_key  As it came: 32 bytes, not all alike, unused by any agent not revoked.
    /// @retval kPublicKeyInvalid, kPublicKeyInUse
    Result<PublicKey> check_public_key(std::string_view public_key) const;
    /// The agent counts as live: it has just called.
    AgentId add_agent(PartyId party, SiteId site, PoolId pool, const PublicKey& public_key);
    /// @retval kAgentNotFound, kAgentAlreadyRevoked, kAgentAlreadyLost
    Result<void> check_mark_lost(AgentId agent) const;
    void mark_lost(AgentId agent);
    /// @retval kAgentNotFound, kAgentAlreadyRevoked, kAgentAlreadyLive
    Result<void> check_mark_back(AgentId agent) const;
    void mark_back(AgentId agent);
    /// @retval kAgentNotFound, kAgentAlreadyRevoked
    Result<void> check_revoke_agent(AgentId agent) const;
    /// Stops the agent from this instant on, for ever; its public key may be used again.
    void revoke_agent(AgentId agent);

    // ---- Looking up. find_x is null when there is none; x must exist.

    const Party* find_party(PartyId party) const { return parties_.find(party); }
    const Party& party(PartyId party) const { return parties_.at(party); }
    const ApiKey* find_key(KeyId key) const { return keys_.find(key); }
    const ApiKey& key(KeyId key) const { return keys_.at(key); }
    /// Not revoked; some may have expired.
    const std::set<KeyId>& keys_of(PartyId party) const;
    const Agent* find_agent(AgentId agent) const { return agents_.find(agent); }
    const Agent& agent(AgentId agent) const { return agents_.at(agent); }
    const IdTable<PartyId, Party>& parties() const { return parties_; }
    const IdTable<KeyId, ApiKey>& keys() const { return keys_; }
    const IdTable<AgentId, Agent>& agents() const { return agents_; }
    const std::map<SecretHash, EnrolmentToken>& tokens() const { return tokens_; }
    /// The agent, not revoked, that signs with this key.
    std::optional<AgentId> find_agent_of(const PublicKey& public_key) const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(parties_, keys_, agents_, tokens_, tokens_by_expiry_, agents_by_key_, keys_of_,
                tokens_unused_);
    }

  private:
    friend std::vector<std::string> broken_invariants(const Directory& directory);

    /// Forgets tokens whose memory has run out.
    void forget_old_tokens(Instant now);
    std::size_t count_keys_in_force(PartyId party, Instant now) const;
    std::size_t count_unused_tokens(PartyId party, Instant now) const;

    IdTable<PartyId, Party> parties_;
    IdTable<KeyId, ApiKey> keys_;
    IdTable<AgentId, Agent> agents_;
    std::map<SecretHash, EnrolmentToken> tokens_;
    std::set<std::pair<Instant, SecretHash>> tokens_by_expiry_;
    std::map<PublicKey, AgentId> agents_by_key_;  ///< Of agents that are not revoked.
    std::map<PartyId, std::set<KeyId>> keys_of_;  ///< That are not revoked.
    std::map<PartyId, std::set<SecretHash>> tokens_unused_;
};

}  // namespace penstock::party
