#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "format/focus/check.h"

namespace penstock::focus {

/// When each conditional rule of FOCUS 1.2 speaks, by rule id, as the standard's text has it: the
/// published table of rules gives what to check and leaves this out. Rules for which a row itself
/// cannot tell are not here. An all_of without items is always true.
const std::map<std::string, Check, std::less<>>& row_conditions();

/// Rules whose printed check contradicts the standard's own text of the column, with what is
/// checked instead and why.
struct Erratum {
    Check check;
    std::string_view why;
};
const std::map<std::string, Erratum, std::less<>>& errata();

/// Why a rule with a check of its own can still not be executed: it could never fail, or asks what
/// is not in the file. Empty for all others.
std::string_view why_not_executable(std::string_view rule_id);

}  // namespace penstock::focus
