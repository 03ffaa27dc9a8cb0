#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

namespace penstock::catalog {

/// What a measurement answers, so that it cannot have been made before it was asked for.
using Nonce = std::array<std::uint8_t, 16>;

/// One place of a supplier.
struct Site {
    PartyId party;
    std::string name;     ///< Unique within the party.
    std::string place{};  ///< Where it is, as its supplier says; empty: not told.
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, name, place);
    }
};

/// An open question to a pool's agent: measure now, and sign this.
struct Challenge {
    Nonce nonce{};
    Instant expires_at;  ///< First instant at which an answer comes too late.
    template <class Archive>
    void visit(Archive& archive) {
        archive(nonce, expires_at);
    }
};

/// One measured quantity of the whole pool, in thousandths of its unit.
struct Measurement {
    std::string name;  ///< gemm_fp64, gemm_fp32, triad, disk_read …
    std::string unit;  ///< GFLOP/s, GB/s, MB/s.
    std::int64_t value_milli = 0;
    std::int64_t spread_milli = 0;
    std::uint32_t repetitions = 0;
    std::string method;
    std::string software;
    template <class Archive>
    void visit(Archive& archive) {
        archive(name, unit, value_milli, spread_milli, repetitions, method, software);
    }
};

/// The measured capability of a pool, from a statement whose signature the shell has verified.
struct Profile {
    Nonce challenge{};
    Instant measured_at;  ///< By the agent's clock.
    std::uint32_t cores = 0;
    std::uint64_t memory_bytes = 0;
    std::vector<Measurement> measurements;
    std::string topology;
    std::string cpu_model;
    std::vector<std::uint32_t> cpu_ids;  ///< Empty, or one for each core.
    template <class Archive>
    void visit(Archive& archive) {
        archive(challenge, measured_at, cores, memory_bytes, measurements, topology, cpu_model,
                cpu_ids);
    }
};

/// Null when the profile has no measurement of that name.
const Measurement* find_measurement(const Profile& profile, std::string_view name);
/// Double-precision speed of one core in millions of operations a second, rounded down; 0 when it
/// was not measured. A gemm measurement is of all cores of the pool at work together.
std::int64_t gemm_fp64_mflops_per_core(const Profile& profile);
/// Memory that goes with each core, rounded down.
std::uint64_t memory_per_core_bytes(const Profile& profile);

/// Cores that one agent looks after.
struct Pool {
    PartyId party;
    SiteId site;
    AgentId agent;     ///< 0 while no agent serves it.
    std::string name;  ///< Unique within the site.
    std::optional<Challenge> challenge;
    std::optional<Profile> profile;  ///< The last one accepted from the present agent.
    Instant profile_expires_at;      ///< First instant at which the profile no longer counts.
    std::vector<ProductId> listed;   ///< Products on sale, in the order of their ids.

    /// The profile in force now; null when there is none or it is stale.
    const Profile* verified_profile(Instant now) const {
        return profile && now < profile_expires_at ? &*profile : nullptr;
    }
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, site, agent, name, challenge, profile, profile_expires_at, listed);
    }
};

/// Cores of a pool, for sale at a listed price.
struct Product {
    PartyId party;
    PoolId pool;
    std::string name;  ///< 1 to 80 characters.
    /// 1 micro to 10^12 micros; 0 when the plan in force is not one price for a core-hour.
    Money price_per_core_hour;
    Currency currency;
    std::uint32_t price_version = 1;  ///< One more with each change of price.
    std::uint32_t cores = 0;          ///< Most that it ever sells at one instant.
    bool listed = true;               ///< False for ever once withdrawn.
    std::uint32_t plan_version = 0;   ///< Of the price plan in force; 0 while there is none.

    bool is_sold_by_core() const { return price_per_core_hour > Money{}; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(party, pool, name, price_per_core_hour, currency, price_version, cores, listed,
                plan_version);
    }
};

}  // namespace penstock::catalog
