#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "crypto/ed25519.h"
#include "files/descriptor.h"

namespace penstock::agent {

/// Who the agent is to its exchange.
struct Identity {
    std::string agent;  ///< agent_…; empty before enrolment.
    std::string site;
    std::string pool;
    std::uint32_t key_epoch = 0;
    crypto::KeyPair key = crypto::KeyPair::generate();
};

/// Takes the data folder for this process alone, and makes it with a new key when it is not there.
/// @return The lock: the folder is free again when it is dropped.
/// @retval kAlreadyRuns  Another agent has it.
Result<files::Descriptor> lock_data_folder(const std::string& folder);

/// Reads the key (made at the first time) and, once enrolled, the names.
Result<Identity> load_identity(const std::string& folder);

/// Keeps the names; the key is on disk already.
Result<void> save_identity(const std::string& folder, const Identity& identity);

/// Tells this agent's processes and groups from another's on the same machine: 16 hexadecimal
/// digits of its public key.
std::string scope_of(const Identity& identity);

}  // namespace penstock::agent
