#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "core/exchange/command.h"

namespace penstock::exchange {

class Exchange;

/// What the shell needs to know to authenticate callers and to hand out work, read from the core's
/// state on the sequencer's thread.
struct KeyRecord {
    KeyId key;
    PartyId party;
    std::array<std::uint8_t, 32> secret_hash;  ///< SHA-256.
    bool revoked = false;
    Instant expires_at = kLastInstant;
    std::vector<std::string> networks;  ///< From where it counts; empty: from anywhere.
    Instant last_used_at;               ///< As far as was said.
};
struct SessionRecord {
    SessionId session;
    UserId user;
    PartyId party;
    std::array<std::uint8_t, 32> token_hash;  ///< SHA-256.
    Instant expires_at;
    Instant last_used_at;  ///< As far as was said.
    Duration idle;

    bool is_in_force(Instant now) const { return now < expires_at && now < last_used_at + idle; }
};
struct AgentRecord {
    AgentId agent;
    PartyId party;
    PoolId pool;
    std::array<std::uint8_t, 32> public_key;  ///< Ed25519.
    std::uint32_t key_epoch = 1;
    bool live = false;
    bool revoked = false;
};

std::optional<KeyRecord> find_key(const Exchange& exchange, KeyId key);
std::optional<SessionRecord> find_session(const Exchange& exchange, SessionId session);
std::optional<AgentRecord> find_agent(const Exchange& exchange, AgentId agent);
/// All agents that are not revoked, in the order of their ids.
std::vector<AgentRecord> agents(const Exchange& exchange);
/// Changes whenever the answer to PullWork for this agent would; 0 for an unknown agent.
std::uint64_t work_version(const Exchange& exchange, AgentId agent);
/// May this party read or write artifacts on behalf of a task? True when the attempt of this agent
/// that holds a lease now names `digest` among its inputs.
bool agent_may_read(const Exchange& exchange, AgentId agent, const std::string& digest);

}  // namespace penstock::exchange
