#pragma once

#include <string>

#include "base/error.h"

namespace penstock::client {

/// Asks for a secret: without echo at a terminal, else the next line of the standard input.
/// @retval kUsage  The input is at its end.
Result<std::string> ask_secret(const char* prompt);

}  // namespace penstock::client
