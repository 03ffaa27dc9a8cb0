#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::format {

/// Reads ISO 20022 bank-to-customer statements: camt.053.001.02 and camt.053.001.08.
///
/// Taken are booked entries of whole statements; an entry that sums up several payments becomes one
/// for each. All that the file says of its sums must hold: opening + entries = closing, and every
/// count and sum of TxsSummry.
/// @param text  UTF-8, at most 16 MB.
/// @param file  What to call the file in messages.
/// @return One for each Stmt, in the file's order; all or nothing.
/// @retval What format/bank/error.h has  The detail begins with "<file>:<line>:<column>: ", and
///         where an element is at fault goes on with its path.
Result<std::vector<v1::BankStatement>> read_camt(std::string_view text, std::string_view file);

}  // namespace penstock::format
