#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/client/trial_pools.h"
#include "base/error.h"

namespace penstock::client {

/// How far a run of `penstock trial` has come, so that it can be gone on with after a crash and
/// nothing is bought twice: each order is kept as it was sent, with the keys of this run.
struct TrialRunState {
    std::string run;               ///< See new_run_id().
    std::string wish_digest;       ///< Of what is tried: digest_of().
    std::vector<TrialPool> pools;  ///< None while nobody has said yes. Of a state, its id alone.

    std::string order_key(const TrialPool& pool) const { return key(pool, "-order-"); }
    std::string submit_key(const TrialPool& pool) const { return key(pool, "-submit-"); }

  private:
    std::string key(const TrialPool& pool, const char* step) const {
        return run + "-" + pool.product.id() + step + std::to_string(pool.round);
    }
};

/// SHA-256 of what makes two runs the same: job, products that are named, seconds, and tasks.
std::string digest_of(const TrialWish& wish);

/// A new run.
TrialRunState new_trial_run(const TrialWish& wish);

/// Reads a state file; gives a new run when there is none.
/// @retval kStateFile  It is damaged, or of another trial.
Result<TrialRunState> load_trial_run(const std::filesystem::path& file, const TrialWish& wish);

/// On the disk when it returns. Does nothing when `file` is empty.
/// @retval kLocalFile
Result<void> save_trial_run(const std::filesystem::path& file, const TrialRunState& state);

}  // namespace penstock::client
