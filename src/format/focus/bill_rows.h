#pragma once

#include <vector>

#include "format/focus/focus_row.h"
#include "penstock/v1/settlement.pb.h"

namespace penstock::focus {

/// The charges of a settlement bill or credit note: a row for each line, for each tax that comes on
/// top, and for the rounding. Their billed costs add up to what is payable; where prices include
/// the tax (含税), so do the costs.
///
/// What is priced and was used is Usage, prepaid blocks are a Purchase whose cost the usage covered
/// by them bears, service credits and refunds are Credits, all else is an Adjustment. On a credit
/// note every row is a Correction.
/// @param bill  Passes format::check_bill.
/// @retval kFocusRowInvalid  A time of the bill cannot be written in whole seconds.
Result<std::vector<FocusRow>> focus_rows(const v1::SettlementBill& bill);

}  // namespace penstock::focus
