#pragma once

#include <string>

#include "app/client/session.h"

namespace penstock::client {

/// Asks the person at the terminal. False for any answer but yes, and where there is no terminal.
bool is_confirmed(const Session& session, const std::string& question);

}  // namespace penstock::client
