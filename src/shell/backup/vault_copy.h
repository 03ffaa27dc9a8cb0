#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace penstock::backup {

/// Where a server has its vault.
struct VaultPlace {
    std::filesystem::path file;  ///< Of a server of its own; need not be there.
    std::string journal_url;     ///< Empty, or the database of several servers.
};

/// Copies a vault that is in use into a file of its own; makes none where there is none. Nothing is
/// changed at its place.
/// @retval kStrangeFile, and what store and files say
Result<void> copy_vault(const VaultPlace& from, const std::filesystem::path& to);

/// Adds to the later copy of a vault what only the earlier one has, and removes the earlier. Of two
/// people with one address, or one account, the later is kept.
///
/// A server erases secrets whose successors are journaled. A journal that was fixed between the two
/// copies may name those that only the earlier has; what no journaled command names is erased by
/// the server when it starts.
/// @retval kSecretsChange  The vault got another key in between.
Result<void> unite_vaults(const std::filesystem::path& earlier, const std::filesystem::path& later);

}  // namespace penstock::backup
