#pragma once

#include <string>

#include "base/error.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::client {

/// A bank's file, as the command line names it.
struct BankInput {
    std::string file;
    std::string profile;  ///< Of CSV: one that we ship, or a file; empty for XML.
};

/// The names of the profiles that we ship, with commas between them.
std::string profile_names();

/// @retval kUsage, kLocalFile, or what format/bank/error.h has
Result<v1::BankStatements> read_statements(const BankInput& input);

}  // namespace penstock::client
