#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "format/focus/check.h"

namespace penstock::focus {

/// What the table's column check_args_json says.
struct ReadCheck {
    std::optional<Check> check{};
    /// The table cuts long texts off; then only the items before the cut are there.
    bool is_cut = false;
    std::string problem{};  ///< Why there is no check.
};

/// Reads the arguments of one check, with all that it holds.
/// @param function  As in the table's column check_function.
ReadCheck read_check(std::string_view function, std::string_view arguments);

}  // namespace penstock::focus
