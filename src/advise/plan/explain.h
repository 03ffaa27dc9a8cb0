#pragma once

#include <string>

#include "advise/plan/option.h"
#include "advise/plan/quotes.h"
#include "advise/plan/requirement.h"

namespace penstock::plan {

/// Does all of it stop when one pool fails?
bool is_fragile(const Option& option);

/// The option in a few sentences for people: who does what, when, at what price, and where these
/// figures come from.
std::string explain(const Option& option, const Requirement& requirement, const Quotes& quotes);

}  // namespace penstock::plan
