#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/exchange/context.h"
#include "penstock/v1/types.pb.h"

namespace penstock::exchange {

/// A signed batch of usage, read and checked against what the exchange knows, not yet taken.
struct CheckedUsage {
    struct Item {
        AttemptId attempt;
        task::Metered metered;
    };
    std::uint64_t number = 0;
    std::vector<Item> items;    ///< Of attempts that hold their lease; others are passed over.
    std::uint32_t records = 0;  ///< In the batch, the passed over included.
    std::string body;           ///< The signed bytes.
};

/// @param ended  The attempt that is being reported as ended: it must have a final record, and no
///               other may. The id 0 when none is.
/// @retval USAGE_MALFORMED, USAGE_TOO_LARGE, USAGE_REPLAYED, USAGE_GAP, USAGE_FOREIGN,
///         USAGE_IMPOSSIBLE, USAGE_FINAL_MISSING
Result<CheckedUsage> check_usage(const Context& context, const v1::SignedStatement& statement,
                                 AttemptId ended);

/// Counts the batch as accepted and moves the meters of its attempts.
void take_usage(Context& context, const CheckedUsage& usage);

/// Charges the contract for an ended attempt, by its metered time, and counts what it delivered.
void charge(Context& context, AttemptId attempt, task::AttemptState ended,
            std::uint64_t usage_number);

}  // namespace penstock::exchange
