#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::client {

/// How far a run of `penstock apply` has come, so that it can be gone on with after a crash and
/// nothing is bought twice: each step's idempotency key comes from the run's id, and the order is
/// kept as it was sent.
struct RunState {
    std::string run;          ///< Random; 32 hexadecimal digits.
    std::string spec_digest;  ///< SHA-256 of the serialised WorkloadSpec.
    std::string plan;         ///< Label of the chosen plan.
    unsigned round = 0;       ///< Rises when an order was refused and another plan is chosen.
    v1::PlaceOrderRequest order_request;  ///< Without lines while no plan is chosen.
    std::string order;                    ///< Once placed.
    std::string workload;                 ///< Once submitted.

    std::string order_key() const { return run + "-order-" + std::to_string(round); }
    std::string submit_key() const { return run + "-submit"; }
};

/// A new run.
RunState new_run(const std::string& spec_digest);

/// Reads a state file; gives a new run when there is none.
/// @retval kStateFile  It is damaged, or of another task file.
Result<RunState> load_run(const std::filesystem::path& file, const std::string& spec_digest);

/// On the disk when it returns. Does nothing when `file` is empty.
/// @retval kLocalFile
Result<void> save_run(const std::filesystem::path& file, const RunState& state);

}  // namespace penstock::client
