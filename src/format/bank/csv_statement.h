#pragma once

#include <string_view>

#include "base/error.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::format {

/// Reads a bank's statement written as CSV.
///
/// Above the table, which begins with the row that holds every title of the profile, stand labels
/// with their values in the next cell; below it, rows that begin with a label. All that the profile
/// names must be there, and whatever the file says of sums and balances must hold.
/// @param bytes    In the profile's encoding; at most 16 MB and 100,000 entries.
/// @param profile  As parse_csv_profile() gives it.
/// @param file     What to call the file in messages.
/// @retval kCsvSyntax, kCsvTooLarge, or what format/bank/error.h has  The detail begins with
///         "<file>:<line>:<column>: "; lines and columns are those of the file as UTF-8.
Result<v1::BankStatement> read_csv_statement(std::string_view bytes, const v1::CsvProfile& profile,
                                             std::string_view file);

}  // namespace penstock::format
