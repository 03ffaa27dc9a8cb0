#pragma once

#include <cstdint>
#include <string>

namespace penstock::sim {

struct RunOptions {
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1;
    std::uint64_t steps = 10'000;
    std::uint64_t minutes = 0;  ///< When above 0, this bounds the run, not `seeds`.
    bool require_coverage = false;
    bool explain = false;
    std::string expect;  ///< The one checker to listen to, which must find something.
    std::string story;   ///< Where a failing run goes; empty for out/sim/seed-N.story.
    /// How long the story of what is expected may be; where it is longer, other worlds may tell it
    /// shorter.
    std::uint64_t at_most = 1'000'000;
    /// Where the last world's journal goes, as a server with an embedded journal would have it.
    std::string journal;
};

/// Runs world after world and prints what came of them; the first that breaks ends it, and is
/// written down, cut short. @return The exit code: 0 when all held, or found what was expected.
int simulate(const RunOptions& options);

}  // namespace penstock::sim
