#pragma once

#include <cstdint>
#include <string>

#include "penstock/v1/contract.pb.h"

namespace penstock::client {

/// "frame", "1000000 × token".
std::string unit_text(const std::string& unit, std::uint64_t quoted_per);

/// What a contract promises of its results and what they came to, a line each: band, delivered
/// results with what was paid for them, what was given back, and what nothing is owed for since it
/// was not all counted. Empty without a band.
std::string results_text(const v1::Contract& contract);

}  // namespace penstock::client
