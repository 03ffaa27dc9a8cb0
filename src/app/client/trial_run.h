#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/client/session.h"

namespace penstock::client {

/// What `penstock trial` is asked for.
struct TrialInput {
    std::string file;
    std::vector<std::string> products;
    std::uint32_t seconds = 20;
    std::uint32_t tasks = 0;
    std::string state_file;
    bool yes = false;
};

/// Tries one job on several products, from the shortlist to the quotes. Whatever ends it, what goes
/// on without it is told.
RemoteResult<void> run_trials(Session& session, const TrialInput& input);

}  // namespace penstock::client
