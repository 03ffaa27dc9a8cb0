#pragma once

#include <cstdint>
#include <string>

#include "app/client/session.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

/// "frame", "1000000 × token".
std::string unit_text(const std::string& unit, std::uint64_t quoted_per);

/// What a contract promises of its results and what they came to, a line each: band, delivered
/// results with what was paid for them, and what was given back. Empty without a band.
/// @param trial  The band's, which says what a result is; null when it is forgotten.
std::string results_text(const v1::Contract& contract, const v1::Workload* trial);
/// The same; asks for the trial.
std::string results_text(Session& session, const v1::Contract& contract);

}  // namespace penstock::client
