#pragma once

#include <filesystem>
#include <vector>

#include "shell/server/server.h"

namespace penstock::shell {

// Where a server keeps which secret. What all servers of one exchange must share lies in the folder
// for secrets, or without one among the data.
std::filesystem::path server_secret_file(const ServerOptions& options);
std::filesystem::path log_keys_folder(const ServerOptions& options);
std::filesystem::path vault_key_file(const ServerOptions& options);
/// Of the server's own.
std::filesystem::path operator_key_file(const ServerOptions& options);

/// A file, and as what it is sealed.
struct SecretPlace {
    std::filesystem::path file;
    const char* role;
};

/// Every secret that a server may keep; not all need be there.
std::vector<SecretPlace> secret_places(const ServerOptions& options);

}  // namespace penstock::shell
