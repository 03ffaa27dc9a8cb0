#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "shell/server/server.h"
#include "shell/vault/vault_store.h"

namespace penstock::shell {

// Where a server keeps which secret. What all servers of one exchange must share lies in the folder
// for secrets, or without one among the data.
std::filesystem::path server_secret_file(const ServerOptions& options);
std::filesystem::path log_keys_folder(const ServerOptions& options);
std::filesystem::path vault_key_file(const ServerOptions& options);
/// Of the server's own.
std::filesystem::path operator_key_file(const ServerOptions& options);

/// Not among secret_places(): whoever scrapes reads the same file, and it opens figures alone.
std::filesystem::path metrics_token_file(const ServerOptions& options);

/// A file, and as what it is sealed.
struct SecretPlace {
    std::filesystem::path file;
    const char* role;
};

/// The vault of all servers on one journal, or of the one with its own.
Result<std::unique_ptr<vault::VaultStore>> open_vault_store(const ServerOptions& options);

/// Every secret that a server may keep; not all need be there.
std::vector<SecretPlace> secret_places(const ServerOptions& options);

}  // namespace penstock::shell
