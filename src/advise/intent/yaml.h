#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::intent {

/// Reads an intent in YAML or JSON: a mapping of slots (docs/intent.md), with alternatives under
/// any_of or ordered. What is read is not yet checked as a whole (check_intent).
/// @param file  What to call the file in messages.
/// @retval kIntentSyntax, kIntentUnknownField, kIntentValue, kIntentUnknownName  The field is
/// named;
///         the detail begins with "<file>:<line>:<column>: ".
Result<v1::Intent> parse_intent(std::string_view text, std::string_view file = "intent.yaml");

/// The one YAML form of an intent: reading it gives the same intent, and the same intent gives the
/// same bytes.
std::string canonical_yaml(const v1::Intent& intent);

/// The same as one line of JSON, which parse_intent reads, too.
std::string canonical_json(const v1::Intent& intent);

}  // namespace penstock::intent
