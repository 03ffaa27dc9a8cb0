#pragma once

#include "base/error.h"
#include "penstock/v1/settlement.pb.h"

namespace penstock::format {

/// Fills in what follows from a statement's bills: contracts, taxes and sums.
/// @param statement  Unchanged when refused.
/// @retval kBillsStatementInvalid  A bill cannot be so, with its field's path.
/// O(bills × log bills).
Result<void> add_up(v1::BillsStatement& statement);

/// Refuses a statement of bills that is incomplete, out of order, or whose bills do not make its
/// subtotals and sums. What it takes can be printed.
/// @retval kBillsStatementInvalid, kBillsStatementSumWrong  With the field's path:
///         bills[2].due_micros.
/// O(bills × log bills).
Result<void> check_bills_statement(const v1::BillsStatement& statement);

}  // namespace penstock::format
