#include <sys/wait.h>
#include <unistd.h>

#include "bench/market.h"
#include "bench/measures.h"
#include "bench/pipeline.h"
#include "bench/stopwatch.h"
#include "shell/snapshot/snapshot_store.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kContracts = 1'000'000;
constexpr double kSecondsMax = 10;
constexpr double kPauseMax = 0.05;

}  // namespace

std::vector<Line> measure_snapshot(const Options& options) {
    const double part = static_cast<double>(options.scaled(kContracts)) / kContracts;
    Market market({.suppliers = 4'000, .buyers = 2'000, .lives = 1, .cores = 4'096, .step = {}});
    market.open_contracts(options.scaled(kContracts));
    const shell::SnapshotStore store(options.folder / "snapshots");
    const exchange::Exchange& exchange = market.exchange();
    const Stopwatch whole;
    const pid_t child = ::fork();
    const double pause = whole.seconds();
    if (child == 0) {
        const auto saved =
            store.save({exchange.last_sequence(), exchange.rolling_hash()}, exchange.snapshot());
        ::_exit(saved ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) give_up("the snapshot was not written");
    return {{.name = "snapshot of a million contracts",
             .value = whole.seconds() / part,
             .unit = "s",
             .reference = kSecondsMax,
             .held_against = "the limit",
             .needed = 1,
             .better = Line::Better::less},
            {.name = "  of it: commands wait for the fork",
             .value = pause / part,
             .unit = "s",
             .reference = kPauseMax,
             .held_against = "the limit",
             .needed = 1,
             .better = Line::Better::less}};
}

}  // namespace penstock::bench
