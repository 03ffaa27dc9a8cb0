#pragma once

#include "base/error.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::intent {

/// An intent that somebody sent, held against what parse_intent() takes: known names, values within
/// their limits, lists and alternatives that are not too long. Not yet checked as a whole
/// (check_intent).
/// @return The intent as its canonical form would be read.
/// @retval kIntentValue, kIntentUnknownName  Field: the slot, "ordered[0].chips".
Result<v1::Intent> read_message(const v1::Intent& message);

}  // namespace penstock::intent
