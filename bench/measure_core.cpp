#include <algorithm>
#include <limits>

#include "bench/market.h"
#include "bench/measures.h"
#include "bench/stopwatch.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kCommands = 300'000;
constexpr int kRuns = 3;
constexpr double kLimit = 300'000;
/// In 300,000 commands 600 seconds pass: orders time out, terms end, contracts retire.
constexpr Duration kStep = milliseconds(128);

/// Commands per second of the best of some runs over one script.
double speed_of(const MarketOptions& size, std::size_t commands) {
    Market market(size);
    market.trade(commands);
    const Script script = market.take_script();
    double best = std::numeric_limits<double>::max();
    for (int run = 0; run < kRuns; ++run) {
        exchange::Exchange exchange;
        play(script.opening, exchange);
        const CoreStopwatch watch;
        play(script.traffic, exchange);
        best = std::min(best, watch.seconds());
        if (exchange.rolling_hash() != script.rolling_hash) give_up("the hashes differ");
    }
    return static_cast<double>(script.traffic.size()) / best;
}

}  // namespace

std::vector<Line> measure_core(const Options& options) {
    const std::size_t commands = options.scaled(kCommands);
    const double small =
        speed_of({.suppliers = 200, .buyers = 500, .lives = 2'000, .step = kStep}, commands);
    const double large =
        speed_of({.suppliers = 1'000, .buyers = 2'000, .lives = 20'000, .step = kStep}, commands);
    return {{.name = "core",
             .value = small,
             .unit = "commands/s",
             .reference = kLimit,
             .held_against = "the limit, on one core",
             .needed = 1},
            {.name = "core, with 20,000 orders under way",
             .value = large,
             .unit = "commands/s",
             .reference = small,
             .held_against = "core, where 2,000 are"}};
}

}  // namespace penstock::bench
