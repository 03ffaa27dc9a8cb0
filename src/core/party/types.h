#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "base/id.h"
#include "base/time.h"

namespace penstock::party {

/// SHA-256 of a secret that only its holder knows. The core never sees the secret itself.
using SecretHash = std::array<std::uint8_t, 32>;
/// An Ed25519 public key.
using PublicKey = std::array<std::uint8_t, 32>;

/// What a party does on the exchange. Numbered as v1::Role.
enum class Role : std::uint8_t { buyer = 1, supplier = 2, exchange_operator = 3 };

/// A set of roles.
class Roles {
  public:
    constexpr Roles() = default;
    constexpr Roles(std::initializer_list<Role> roles) {
        for (const Role role : roles) add(role);
    }
    constexpr void add(Role role) { bits_ = static_cast<std::uint8_t>(bits_ | bit(role)); }
    constexpr bool contains(Role role) const { return (bits_ & bit(role)) != 0; }
    constexpr bool intersects(Roles other) const { return (bits_ & other.bits_) != 0; }
    constexpr bool is_empty() const { return bits_ == 0; }
    constexpr bool operator==(const Roles&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(bits_);
    }

  private:
    static constexpr std::uint8_t bit(Role role) {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
    }
    std::uint8_t bits_ = 0;
};

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
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, label, created_at, secret_hash, revoked);
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
    SecretHash token_hash{};
    Instant expires_at;  ///< First instant at which it no longer opens anything.
    bool used = false;
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, site_name, pool_name, token_hash, expires_at, used);
    }
};

/// Who gives a command, once authenticated.
struct Caller {
    enum class Kind : std::uint8_t { anonymous, member, agent, system };
    Kind kind = Kind::anonymous;
    PartyId party;  ///< Of members and agents.
    AgentId agent;  ///< Of agents.
    bool operator==(const Caller&) const = default;
};

}  // namespace penstock::party
