#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "core/party/enum_set.h"

namespace penstock::party {

/// SHA-256 of a secret that only its holder knows. The core never sees the secret itself.
using SecretHash = std::array<std::uint8_t, 32>;
/// An Ed25519 public key.
using PublicKey = std::array<std::uint8_t, 32>;

/// What a party does on the exchange. Numbered as v1::Role.
enum class Role : std::uint8_t { buyer = 1, supplier = 2, exchange_operator = 3 };

using Roles = EnumSet<Role>;

/// What a caller must be allowed to do. Numbered as v1::Permission.
enum class Permission : std::uint8_t {
    open_to_all = 1,  // v1::PERMISSION_PUBLIC
    party_read = 2,
    party_manage = 3,
    party_review = 4,
    catalog_read = 5,
    catalog_publish = 6,
    trade = 7,
    contract_read = 8,
    contract_supply = 9,
    task_run = 10,
    task_execute = 11,
    money_read = 12,
    money_deposit = 13,
    money_confirm = 14,
    system = 15,
    user_manage = 16,
    self = 17,
    oversee = 18,
    audit = 19,
};
using Permissions = EnumSet<Permission>;

/// How far the review of a party has come. Numbered as v1::PartyState; edges: states.h.
enum class PartyState : std::uint8_t { applied = 1, qualified = 2, suspended = 3, rejected = 4 };

struct Party {
    std::string name;  ///< 1 to 120 characters; need not be unique.
    Roles roles;
    PartyState state = PartyState::applied;
    Instant registered_at;
    Instant decided_at;  ///< When the last review was decided; 0 while there was none.
    std::string note;    ///< Of the last review; shown to the party.
    template <class Archive>
    void visit(Archive& archive) {
        archive(name, roles, state, registered_at, decided_at, note);
    }
};

/// One API key of a party.
struct ApiKey {
    PartyId party;
    std::string label;  ///< 1 to 60 characters.
    Instant created_at;
    SecretHash secret_hash{};
    bool revoked = false;
    Permissions scopes = Permissions::all();  ///< What it may at most.
    Instant expires_at = kLastInstant;        ///< First instant at which it no longer counts.
    /// From where it counts, in CIDR form; empty: from anywhere. Never changes, so that whoever
    /// checks it in front of the exchange cannot know an old list.
    std::vector<std::string> networks;
    Instant last_used_at;  ///< To the hour; 0 while it was not used.

    bool is_in_force(Instant now) const { return !revoked && now < expires_at; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, label, created_at, secret_hash, revoked, scopes, expires_at, networks,
                last_used_at);
    }
};

/// The supplier's software beside one pool.
struct Agent {
    PartyId party;
    SiteId site;
    PoolId pool;
    PublicKey public_key{};
    std::uint32_t key_epoch = 1;  ///< Which of its keys `public_key` is; the first is 1.
    bool live = true;             ///< Heard of lately, as the shell last said.
    bool revoked = false;         ///< Final.
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, site, pool, public_key, key_epoch, live, revoked);
    }
};

/// With which one agent may enrol one pool, once.
struct EnrolmentToken {
    PartyId party;
    std::string site_name;  ///< 1 to 60 characters.
    std::string pool_name;  ///< 1 to 60 characters.
    std::string place;      ///< Of the site; empty: not told.
    SecretHash token_hash{};
    Instant expires_at;  ///< First instant at which it no longer opens anything.
    bool used = false;
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, site_name, pool_name, place, token_hash, expires_at, used);
    }
};

/// Who gives a command, once authenticated.
struct Caller {
    enum class Kind : std::uint8_t { anonymous, member, agent, system };
    Kind kind = Kind::anonymous;
    PartyId party{};  ///< Of members and agents.
    AgentId agent{};  ///< Of agents.
    UserId user{};    ///< Of members who signed in themselves, and did not send a key.
    SessionId session{};
    /// What the key's scopes or the user's roles leave of the party's permissions.
    Permissions may = Permissions::all();
    bool needs_second_factor = false;  ///< Which is why a user may so little.
    bool operator==(const Caller&) const = default;
};

}  // namespace penstock::party
