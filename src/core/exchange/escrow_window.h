#pragma once

#include <cstdint>

#include "base/time.h"

namespace penstock::exchange {

/// What the exchange sees to of a contract with rolling escrow, from its beginning to its end.
struct EscrowWindow {
    Instant covered_until;    ///< Billing periods up to here have their most in escrow.
    Instant next_at;          ///< The next period begins; while suspended, cash is tried again.
    Instant suspended_since;  ///< Unset while it goes on.
    Instant grace_ends;       ///< While it is suspended; else of its last suspension.
    Instant resumed_at;       ///< The last time that it went on; unset if it was never suspended.
    Instant look_at;          ///< At the runway; a timer of another instant is an old one.
    std::uint32_t under_days = 0;   ///< Of the runway at the last look; 0: it was long enough.
    std::uint32_t warned_days = 0;  ///< The last warning of its runway; 0 once it has recovered.
    Instant warned_at;              ///< When that was given.

    template <class Archive>
    void visit(Archive& archive) {
        archive(covered_until, next_at, suspended_since, grace_ends, resumed_at, look_at,
                under_days, warned_days, warned_at);
    }
};

}  // namespace penstock::exchange
