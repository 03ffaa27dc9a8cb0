#include "core/meter/meters.h"

#include <algorithm>

#include "base/assert.h"
#include "core/meter/error.h"

namespace penstock::meter {
namespace {

constexpr std::int64_t kNsPerHour = 3'600'000'000'000;

}  // namespace

std::uint64_t Meters::next_number(AgentId agent) const {
    const auto found = next_.find(agent);
    return found == next_.end() ? 1 : found->second;
}

Result<void> Meters::check_number(AgentId agent, std::uint64_t number) const {
    const std::uint64_t next = next_number(agent);
    const auto detail = [&] { return "The next is " + std::to_string(next) + "."; };
    if (number < next) return reject(kUsageReplayed, "usage.number", detail());
    if (number > next) return reject(kUsageGap, "usage.number", detail());
    return {};
}

void Meters::accept(AgentId agent, std::uint64_t number) {
    PENSTOCK_ASSERT(number == next_number(agent));
    next_[agent] = number + 1;
}

Result<void> Meters::check_claim(const Claim& claim, const Known& known) {
#ifdef PENSTOCK_CANARY_FORGED_USAGE  // Planted for the simulation alone: claims are believed.
    if (claim.cores > 0) return {};
#endif
    if (claim.cores != known.cores) return reject(kUsageImpossible, "usage.records.cores");
    const Duration longest{known.elapsed.ns + known.elapsed.ns / kTolerancePerElapsed +
                           kTolerance.ns};
    if (claim.wall < known.wall_before || claim.wall > longest)
        return reject(kUsageImpossible, "usage.records.wall_ns");
    // Rounded up, so that the division refuses nothing that the product would allow.
    const std::int64_t cpu_per_core =
        claim.cpu.ns / known.cores + (claim.cpu.ns % known.cores == 0 ? 0 : 1);
    if (claim.cpu < known.cpu_before || Duration{cpu_per_core} > longest)
        return reject(kUsageImpossible, "usage.records.cpu_ns");
    if (claim.results < known.results_before || claim.results > kResultsMax)
        return reject(kUsageImpossible, "usage.records.results");
    // Of results something must say when the last came, in the time of the attempt.
    const bool timed = claim.results_wall > Duration{0} && claim.results_wall <= claim.wall;
    if (claim.results == 0 ? claim.results_wall != Duration{0} : !timed)
        return reject(kUsageImpossible, "usage.records.results_wall_ns");
    return {};
}

Money Meters::rate(Money price, std::uint32_t cores, Duration wall) {
    return Money{multiply_divide_half_even(price.micros, cores, wall.ns, kNsPerHour)};
}

Duration Meters::billable(Duration claimed, Instant assigned_at, Interval term, Instant now) {
    const Instant from = std::max(assigned_at, term.start);
    const Instant to = std::min(now, term.end);
    const Duration possible = std::max(to - from, Duration{0});
    return std::clamp(claimed, Duration{0}, possible);
}

}  // namespace penstock::meter
