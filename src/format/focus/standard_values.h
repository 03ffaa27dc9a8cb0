#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::focus {

/// The values that the standard lists for its columns, which complete rules that the table of rules
/// cuts off.
struct StandardValues {
    std::map<std::string, std::vector<std::string>, std::less<>> allowed;  ///< By column.
    std::map<std::string, std::string, std::less<>> categories;  ///< Of each ServiceSubcategory.

    /// @param columns_csv   Text of focus_columns_v1_2.csv; may be empty.
    /// @param parents_json  Text of focus_servicesubcategory_parents.json; may be empty.
    /// @retval kColumnTableInvalid, or the errors of CsvTable::read
    static Result<StandardValues> parse(std::string_view columns_csv,
                                        std::string_view parents_json);
};

}  // namespace penstock::focus
