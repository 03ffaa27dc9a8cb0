#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::client {

/// Where `penstock login` keeps the token of a session: $PENSTOCK_SESSION_FILE, or
/// penstock/session in $XDG_CONFIG_HOME or ~/.config. Empty when there is no such place.
std::filesystem::path session_file();

/// The token kept for a server; empty when there is none.
std::string saved_token(std::string_view server);

/// Keeps a token, in place of any other, for its owner alone.
/// @retval kLocalFile
Result<void> save_token(std::string_view server, std::string_view token);
void forget_token();

}  // namespace penstock::client
