#pragma once

#include "base/error.h"
#include "base/time.h"
#include "shell/server/error.h"

namespace penstock::shell {

/// How many entries a statement has at most.
inline constexpr int kStatementEntriesMax = 10'000;

/// What a statement is of: from an instant to another, or until now where none is given or it is
/// yet to come.
/// @retval kStatementPeriodInvalid
template <class Request>
Result<Interval> statement_period(const Request& asked, Instant now) {
    constexpr std::int32_t kUtcOffsetMinutesMax = 840;
    const bool is_over = asked.until_ns() > 0 && asked.until_ns() <= now.ns;
    const std::int64_t end = is_over ? asked.until_ns() : now.ns + 1;
    if (asked.from_ns() <= 0 || asked.from_ns() >= end || asked.until_ns() < 0)
        return reject(kStatementPeriodInvalid, "from_ns");
    if (asked.utc_offset_minutes() < -kUtcOffsetMinutesMax ||
        asked.utc_offset_minutes() > kUtcOffsetMinutesMax)
        return reject(kStatementPeriodInvalid, "utc_offset_minutes");
    return Interval{{asked.from_ns()}, {end}};
}

}  // namespace penstock::shell
