#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id_map.h"
#include "base/money.h"
#include "base/task_limits.h"
#include "base/time.h"

namespace penstock::meter {

inline constexpr std::size_t kRecordsMax = 4'096;
/// How far an agent's measure of a span may pass the exchange's own: a second for rounding, and a
/// thousandth for clocks that run apart. What is billed never passes the exchange's own.
inline constexpr Duration kTolerance = seconds(1);
inline constexpr std::int64_t kTolerancePerElapsed = 1'000;
/// An attempt has so many results at most.
using task_limits::kResultsMax;

/// What a record claims, and what the exchange knows of the attempt.
struct Claim {
    std::uint32_t cores = 0;
    Duration wall;
    Duration cpu;
    std::uint64_t results = 0;
    Duration results_wall{};
};
struct Known {
    std::uint32_t cores = 0;
    Duration wall_before;  ///< From the last accepted record.
    Duration cpu_before;
    Duration elapsed;  ///< Since the lease was given, by the exchange's time.
    std::uint64_t results_before = 0;
};

/// Numbers every agent's signed batches and rates what was delivered.
class Meters {
  public:
    /// The number that the agent's next batch must carry; 1 at first.
    std::uint64_t next_number(AgentId agent) const;

    /// @retval USAGE_REPLAYED, USAGE_GAP
    Result<void> check_number(AgentId agent, std::uint64_t number) const;
    /// Counts a batch as accepted. @pre check_number() holds.
    void accept(AgentId agent, std::uint64_t number);

    /// @retval USAGE_IMPOSSIBLE
    static Result<void> check_claim(const Claim& claim, const Known& known);

    /// Price × cores × time, rounded half-even to the micro.
    /// @param price  Per core-hour.
    static Money rate(Money price, std::uint32_t cores, Duration wall);

    /// The part of a claimed time that is paid: none of it before the lease or the term, none after
    /// the term or now.
    static Duration billable(Duration claimed, Instant assigned_at, Interval term, Instant now);

    template <class Archive>
    void visit(Archive& archive) {
        archive(next_);
    }

  private:
    IdMap<AgentId, std::uint64_t> next_;
};

}  // namespace penstock::meter
