#pragma once

#include <string_view>

#include "base/error.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::format {

/// Reads a profile: YAML that says how one bank writes its statements as CSV (docs/bank.md).
/// @param file  What to call the file in messages.
/// @retval kBankProfileInvalid  The detail begins with "<file>:<line>:<column>: ".
Result<v1::CsvProfile> parse_csv_profile(std::string_view text, std::string_view file);

}  // namespace penstock::format
