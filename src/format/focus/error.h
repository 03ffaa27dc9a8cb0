#pragma once

#include "base/error.h"

namespace penstock::focus {

inline constexpr Rejection kRuleTableInvalid{
    11040, Code::data_loss, "FOCUS_RULES_INVALID",
    "This is not the table of FOCUS rules that is expected; fetch focus_rules_v1_2.csv again."};
inline constexpr Rejection kColumnTableInvalid{
    11041, Code::data_loss, "FOCUS_COLUMNS_INVALID",
    "This is not the table of FOCUS columns or categories that is expected; fetch "
    "focus_columns_v1_2.csv and focus_servicesubcategory_parents.json again."};
inline constexpr Rejection kCriterionUnknown{
    11042, Code::invalid_argument, "FOCUS_CRITERION_UNKNOWN",
    "The rule table knows no such criterion; give names as they stand in its column "
    "'applicability', or all, or auto."};
inline constexpr Rejection kFocusRowInvalid{
    11043, Code::invalid_argument, "FOCUS_ROW_INVALID",
    "A row cannot be written as FOCUS has it; correct the field named."};

}  // namespace penstock::focus
