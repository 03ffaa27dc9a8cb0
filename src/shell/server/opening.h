#pragma once

#include <filesystem>

#include "base/error.h"
#include "shell/sequencer/sequencer.h"
#include "shell/server/server.h"

namespace penstock::shell {

/// Gives a new exchange its first command, which names the operator, and leaves the operator's API
/// key in a file that its owner alone can read. A death in between repeats it with the same key.
Result<void> open_exchange(Sequencer& sequencer, const ServerOptions& options,
                           const std::filesystem::path& key_file);

}  // namespace penstock::shell
