#pragma once

#include <string>

#include "base/time.h"
#include "format/words.h"

namespace penstock::recommend {

/// For instance "45 s", "10 min", "3.5 h", "2.3 days": in the unit that is closest to how people
/// say it, rounded to the nearest.
/// @param length  Not below 0.
std::string length_text(Duration length, format::Language language);

}  // namespace penstock::recommend
