#pragma once

#include "base/error.h"

namespace penstock::app {

/// Says on the error stream what is wrong, and in which field; ends the verb with exit code 1.
[[noreturn]] void fail(const Error& error);

}  // namespace penstock::app
