#pragma once

#include "base/error.h"
#include "penstock/v1/settlement.pb.h"

namespace penstock::format {

/// Refuses a statement of account that is incomplete, out of order, or whose opening balance and
/// entries do not make every balance after them and the closing one.
/// @retval kAccountStatementInvalid, kAccountStatementSumWrong  With the field's path.
/// O(entries × log entries).
Result<void> check_account_statement(const v1::StatementOfAccount& statement);

}  // namespace penstock::format
