#pragma once

#include <string>

#include "base/error.h"

namespace penstock::client {

/// Asks for a secret: without echo at a terminal, else the next line of the standard input.
/// @retval kUsage  The input is at its end.
Result<std::string> ask_secret(const char* prompt);

/// The same for a secret that is chosen now: at a terminal it is typed twice, since nobody sees it.
/// @retval kUsage  Also when the two differ.
Result<std::string> ask_new_secret(const char* prompt);

}  // namespace penstock::client
