#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::intent {

/// What contradicts what in an intent, each alternative laid over the common part.
/// @param now  For deadlines that have passed; without it, none has.
/// @return Errors of kIntentConflict with the fields at fault, in a fixed order; none for an intent
///         that can be meant. An intent that says nothing is no contradiction.
std::vector<Error> check_intent(const v1::Intent& intent, std::optional<Instant> now);

}  // namespace penstock::intent
