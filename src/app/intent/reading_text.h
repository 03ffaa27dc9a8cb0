#pragma once

#include <string>
#include <string_view>

#include "penstock/v1/intent.pb.h"

namespace penstock::app {

/// What was understood of a sentence: a table, the words that were not, what contradicts what, and
/// the intent in YAML.
std::string reading_text(const v1::IntentReading& reading, std::string_view sentence);

/// The same as one JSON object.
std::string reading_json(const v1::IntentReading& reading, std::string_view sentence);

}  // namespace penstock::app
