#pragma once

#include <map>
#include <string>

#include "base/error.h"

namespace penstock::agent {

/// A few named texts, kept as a flat JSON object.
using StateValues = std::map<std::string, std::string>;

/// Replaces the file, and returns when it would survive a power cut.
Result<void> write_state(const std::string& path, const StateValues& values);

/// The same without waiting for the disk: for what means nothing after a reboot.
Result<void> replace_state(const std::string& path, const StateValues& values);

/// Empty when there is no such file.
/// @retval kStateDamaged  It is not a flat JSON object of texts.
Result<StateValues> read_state(const std::string& path);

/// The text kept under that path, or, at the first time, a new random one that is on disk before
/// this returns. For idempotency keys that must survive a restart.
Result<std::string> ensure_random_text(const std::string& path);

}  // namespace penstock::agent
