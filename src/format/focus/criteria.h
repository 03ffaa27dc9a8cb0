#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "format/csv_table.h"
#include "format/focus/rule_table.h"

namespace penstock::focus {

using Criteria = std::set<std::string, std::less<>>;

/// Which applicability criteria hold for a file; rules under others do not apply.
/// @param wanted  "all"; or names with commas between them; or "auto", where a criterion holds when
/// a
///                column that stands under it has a value somewhere in the file.
/// @retval kCriterionUnknown
Result<Criteria> choose_criteria(std::string_view wanted, const RuleTable& rules,
                                 const format::CsvTable& file);

}  // namespace penstock::focus
