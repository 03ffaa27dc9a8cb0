#include <algorithm>
#include <limits>

#include "bench/books.h"
#include "bench/measures.h"
#include "bench/stopwatch.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kTransfers = 1'000'000;
constexpr double kNeeded = 1'000'000;
constexpr int kRuns = 3;

}  // namespace

Line measure_transfers(const Options& options) {
    const std::vector<ledger::Transfer> transfers =
        some_transfers(Books().accounts, options.scaled(kTransfers), Mix::posts_and_holds);
    double best = std::numeric_limits<double>::max();
    for (int run = 0; run < kRuns; ++run) {
        Books books;
        const CoreStopwatch watch;
        for (std::size_t i = 0; i < transfers.size(); ++i) {
            const auto done = books.ledger.execute(transfers[i], time_of_transfer(i));
            if (!done) give_up(done.error().message());
        }
        best = std::min(best, watch.seconds());
    }
    return {.name = "transfers in the ledger, each under an id of its own",
            .value = static_cast<double>(transfers.size()) / best,
            .unit = "transfers/s",
            .reference = kNeeded,
            .held_against = "the limit, on one core",
            .needed = 1};
}

}  // namespace penstock::bench
