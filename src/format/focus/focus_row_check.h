#pragma once

#include <cstddef>

#include "format/focus/focus_row.h"

namespace penstock::focus {

/// Whether a row can be written: what FOCUS 1.2 asks of single fields and of how they go together.
/// @param index  Of the row, for the error.
/// @retval kFocusRowInvalid
Result<void> check_row(const FocusRow& row, std::size_t index);

}  // namespace penstock::focus
