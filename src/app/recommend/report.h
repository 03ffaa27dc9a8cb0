#pragma once

#include <string>

#include "format/words.h"
#include "penstock/v1/recommendation.pb.h"

namespace penstock::app {

enum class Detail { plain, explained };

/// A recommendation for people: what was understood, how many offers each demand left, the plans
/// and why, or what to change; explained, where each figure comes from, too.
std::string report_text(const v1::Recommendation& recommendation, format::Language language,
                        Detail detail);

}  // namespace penstock::app
