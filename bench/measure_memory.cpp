#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "bench/market.h"
#include "bench/measures.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kContracts = 200'000;
constexpr double kLimit = 1'024;

double resident_bytes() {
    ::malloc_trim(0);
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

MarketOptions many_cores() {
    return {.suppliers = 1'000, .buyers = 2'000, .lives = 1, .cores = 4'096, .step = {}};
}

}  // namespace

std::vector<Line> measure_memory(const Options& options) {
    const auto count = options.scaled(kContracts);
    Market market(many_cores());
    const double before = resident_bytes();
    market.open_contracts(count);
    const double bytes = (resident_bytes() - before) / static_cast<double>(count);
    return {{.name = "memory of an open contract",
             .value = bytes,
             .unit = "bytes",
             .reference = kLimit,
             .held_against = "the limit",
             .needed = 1,
             .better = Line::Better::less}};
}

}  // namespace penstock::bench
