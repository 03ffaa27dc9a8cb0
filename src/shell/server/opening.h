#pragma once

#include <filesystem>

#include "base/error.h"
#include "crypto/secret_files.h"
#include "shell/sequencer/sequencer.h"
#include "shell/server/server.h"

namespace penstock::shell {

/// As what the operator's key is sealed.
inline constexpr const char* kOperatorKeyRole = "operator.key";

/// Tries on an exchange that nobody keeps whether one can be opened with these options.
/// @retval  What the exchange refuses, naming the option of the command line.
Result<void> check_opening(const ServerOptions& options);

/// Gives a new exchange its first command, which names the operator, and leaves the operator's API
/// key in a file. A death in between repeats it with the same key.
/// @param files  How the key lies in its file.
Result<void> open_exchange(Sequencer& sequencer, const ServerOptions& options,
                           const std::filesystem::path& key_file, const crypto::SecretFiles& files);

/// Has the newest rules that this program knows hold from now on, if they do not yet. Does not
/// wait.
void activate_newest_rules(Sequencer& sequencer);

}  // namespace penstock::shell
