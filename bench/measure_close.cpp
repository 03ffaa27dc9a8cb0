#include <algorithm>

#include "bench/market.h"
#include "bench/measures.h"
#include "bench/stopwatch.h"
#include "core/pricing/calendar.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kContracts = 100'000;
constexpr double kStopMax = 0.05;
constexpr Duration kSecond = seconds(1);
constexpr Duration kDay = seconds(86'400);
/// Orders come over a day, not in one instant; and so do the deadlines they set.
constexpr int kRounds = 100;
/// Some time after the last period is closed.
constexpr Duration kClosing = seconds(900);

/// The first instant of the next month of UTC.
Instant next_month(Instant now) {
    return pricing::calendar_unit_around(now, pricing::CalendarUnit::month, pricing::UtcOffset{})
        .end;
}

}  // namespace

std::vector<Line> measure_close(const Options& options) {
    const std::size_t count = options.scaled(kContracts);
    Market market({.suppliers = 1'000, .buyers = 2'000, .lives = 1, .cores = 4'096, .step = {}});
    const Instant end = next_month(market.now());
    market.wait_until(end - kDay);
    market.sell_by_plan();
    // Half of them end with the month, the others go on.
    for (int round = 0; round < kRounds; ++round) {
        market.wait_until(end - kDay + Duration{kDay.ns / kRounds * round});
        while (market.tick()) continue;
        market.open_contracts_by_plan(count / kRounds, {end, end + Duration{kDay.ns * 20}});
    }
    double longest = 0;
    double total = 0;
    std::size_t ticks = 0;
    for (Instant at = end - kSecond; at < end + kClosing; at = at + kSecond) {
        market.wait_until(at);
        const CoreStopwatch watch;
        while (market.tick()) ++ticks;
        const double stopped = watch.seconds();
        total += stopped;
        longest = std::max(longest, stopped);
    }
    if (ticks < count / 1'000) give_up("the month was not closed");
    return {{.name = "close of a month of 100,000 contracts: trade stands still",
             .value = longest,
             .unit = "s",
             .reference = kStopMax,
             .held_against = "the limit, at the worst second",
             .needed = 1,
             .better = Line::Better::less},
            {.name = "  the whole close, on one core",
             .value = total,
             .unit = "s",
             .held_against = {}}};
}

}  // namespace penstock::bench
