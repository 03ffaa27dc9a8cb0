#pragma once

#include <string>

#include "format/focus/run.h"

namespace penstock::focus {

enum class Detail : std::uint8_t {
    failures,    ///< Only what failed, then counts.
    every_rule,  ///< Each rule with its outcome and reason.
};

/// A report for people: a line for each rule, its first failing rows below, then totals.
std::string report_text(const RuleTable& rules, const Report& report, Detail detail);

/// The same for programs: one JSON object with every rule.
std::string report_json(const RuleTable& rules, const Report& report);

}  // namespace penstock::focus
