#pragma once

#include <cstdint>

#include "sim/random.h"

namespace penstock::sim {

/// What kind of world it is: drawn from its seed, so that over many seeds every mix of faults and
/// sizes occurs, also those without a fault, in which rare good things have time to happen.
///
/// A rate of one in 0 is never.
struct Swarm {
    static Swarm draw(Random& random);

    std::uint32_t servers = 1;     ///< That share the journal, 1 to 3.
    std::uint32_t actors_max = 1;  ///< Who act at the same time, at most.
    // The network between callers and servers.
    std::uint64_t lose_one_in = 0;
    std::uint64_t repeat_one_in = 0;
    std::uint64_t straggle_one_in = 0;  ///< Arrives up to half a minute late, after later ones.
    std::int64_t latency_max_ms = 2;
    // Servers and their disk: at an append …
    std::uint64_t fault_one_in = 0;      ///< Failed, torn or untold.
    std::uint64_t crash_one_in = 0;      ///< Before or after it.
    std::uint64_t slow_disk_one_in = 0;  ///< Takes seconds.
    // … and at a server's beat.
    std::uint64_t pause_one_in = 0;        ///< Stops past its lease, and goes on where it was.
    std::uint64_t cut_journal_one_in = 0;  ///< Cannot reach the journal for some time.
    std::uint64_t cut_callers_one_in = 0;
    std::uint64_t step_clock_one_in = 0;
    std::uint64_t hand_over_one_in = 0;
    std::int64_t skew_max_ms = 0;
    std::uint64_t snapshot_one_in = 60;
    std::uint64_t ask_follower_one_in = 0;  ///< Questions that a follower answers, as of then.
    // Who acts how often, in parts of 100; the rest err or mean harm.
    std::int64_t operators = 4;
    std::int64_t suppliers = 8;
    std::int64_t agents = 53;
    std::int64_t buyers = 20;
    std::int64_t users = 4;
    std::int64_t liars = 2;
    std::uint64_t lying_one_in = 6;     ///< Agents.
    std::uint64_t restart_one_in = 0;   ///< Acts of an agent before which it forgets all.
    std::uint64_t wait_one_in = 150;    ///< Steps before which minutes pass.
    std::uint64_t skip_one_in = 2'000;  ///< Steps before which hours or days pass.
};

}  // namespace penstock::sim
