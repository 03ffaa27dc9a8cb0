#pragma once

#include "core/exchange/context.h"

/// Rolling escrow (滚动托管): of a contract by plan, only what its next billing periods may cost is
/// set aside, and before each period begins the exchange tops it up out of the buyer's cash. Where
/// cash does not cover that period, the contract is suspended for funds.
///
/// What a period may cost at most is always in escrow before it begins, so that no supplier works
/// unpaid.
namespace penstock::exchange {

/// Whether the terms set aside some periods ahead only.
bool is_rolling(const State& state, const contract::Terms& terms);

/// When a suspended contract ends, if it does not go on; unset while it is not suspended.
/// @pre It has a window.
Instant suspended_until(const State& state, ContractId id);

/// Its time to be charged begins: covers its first periods. False where cash does not; it is
/// suspended then.
bool begin_covered(Context& context, ContractId id);
/// A timer has fired: covers the period that begins, or suspends the contract; or tries whether one
/// that is suspended can go on, unless its buyer is suspended, too, and ends it after its grace.
void keep_covered(Context& context, ContractId id);
/// The buyer's cash covers a suspended contract again, to the end of the open period at least.
/// @retval CONTRACT_WRONG_STATE, INSUFFICIENT_FUNDS  And nothing has changed.
Result<void> resume_covered(Context& context, ContractId id);

/// Warns of a runway that has grown short, and says when to look again.
/// @pre The contract is active and has a window.
void look_at_runway(Context& context, ContractId id);
/// A timer has fired: looks, unless the timer is an old one.
void look_if_due(Context& context, ContractId id);

/// How long a contract can go on.
struct Runway {
    Instant covered_until;  ///< By its escrow.
    Instant lasts_until;    ///< By the buyer's free cash, too.
    Instant next_top_up_at;
    Money next_top_up;  ///< What its next period takes then; or to resume.
    Money free_cash;
    std::uint32_t warned_days = 0;  ///< The last warning; 0 once the runway has recovered from all.
    Instant warned_at;
    Instant look_at;  ///< When the exchange looks again, if nothing happens before; unset: never.
};
/// @pre It has a window.
Runway runway_of(const State& state, ContractId id, Instant now);

/// Whether each window can be one of its contract: for what was read from a snapshot.
bool escrow_windows_fit(const State& state);
/// Whether what the open period and the next ones that are covered may cost is in escrow.
bool is_covered(const State& state, ContractId id);

}  // namespace penstock::exchange
