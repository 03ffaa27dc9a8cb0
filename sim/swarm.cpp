#include "sim/swarm.h"

namespace penstock::sim {
namespace {

/// Off in every third world; else often, or half as often, and so on down to seldom.
std::uint64_t draw_rate(Random& random, std::uint64_t often, std::uint64_t seldom) {
    if (random.one_in(3)) return 0;
    std::uint64_t rate = often;
    while (rate * 2 <= seldom && random.one_in(2)) rate *= 2;
    return rate;
}

}  // namespace

Swarm Swarm::draw(Random& random) {
    Swarm swarm;
    swarm.servers = static_cast<std::uint32_t>(random.between(1, 3));
    swarm.actors_max = static_cast<std::uint32_t>(random.one_in(4) ? 1 : random.between(2, 10));
    // One world in eight has no faults at all.
    if (!random.one_in(8)) {
        swarm.lose_one_in = draw_rate(random, 10, 200);
        swarm.repeat_one_in = draw_rate(random, 5, 100);
        swarm.straggle_one_in = draw_rate(random, 20, 300);
        swarm.latency_max_ms = random.one_in(3) ? 200 : random.between(1, 20);
        swarm.fault_one_in = draw_rate(random, 50, 1'000);
        swarm.crash_one_in = draw_rate(random, 50, 1'500);
        swarm.slow_disk_one_in = draw_rate(random, 50, 1'000);
        swarm.pause_one_in = draw_rate(random, 100, 2'000);
        swarm.cut_journal_one_in = draw_rate(random, 100, 2'000);
        swarm.cut_callers_one_in = draw_rate(random, 100, 2'000);
        swarm.step_clock_one_in = draw_rate(random, 200, 2'000);
        swarm.hand_over_one_in = draw_rate(random, 200, 2'000);
        swarm.skew_max_ms = random.one_in(3) ? 0 : random.between(1, 20'000);
        swarm.ask_follower_one_in = draw_rate(random, 5, 50);
        swarm.restart_one_in = draw_rate(random, 30, 300);
    }
    swarm.snapshot_one_in = static_cast<std::uint64_t>(random.between(100, 1'000));
    swarm.operators = random.between(3, 6);
    swarm.suppliers = random.between(5, 12);
    swarm.agents = random.between(40, 55);
    swarm.buyers = random.between(12, 25);
    swarm.liars = random.between(0, 4);
    swarm.lying_one_in = static_cast<std::uint64_t>(random.between(3, 20));
    swarm.wait_one_in = static_cast<std::uint64_t>(random.between(100, 400));
    swarm.skip_one_in = static_cast<std::uint64_t>(random.between(1'000, 4'000));
    return swarm;
}

}  // namespace penstock::sim
