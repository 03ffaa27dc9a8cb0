#pragma once

#include <string>

#include "base/error.h"
#include "base/time.h"

namespace penstock::app {

/// What days are counted from: an instant or a day as `--now` gives it, this moment where it is
/// empty.
/// @retval kIntentValue (field "now")
Result<Instant> read_now(const std::string& text);

}  // namespace penstock::app
