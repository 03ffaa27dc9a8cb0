#pragma once

#include <vector>

#include "base/money.h"
#include "core/sla/record.h"

namespace penstock::sla {

/// A promise that was not kept, and what the buyer gets back for it.
struct Breach {
    ObjectiveKind kind = ObjectiveKind::availability;
    CreditStep step;                 ///< The last that was fallen below.
    std::uint32_t attained_ppm = 0;  ///< Rounded down.
    Money credit;                    ///< In whole fen; less, or zero, where the cap was reached.
};

/// What a period's breaches give back, in the order of the level's objectives. The credits are
/// rounded together, so that they add up to the capped part of the charge, to the fen.
/// @param record   Of the whole period, closed.
/// @param charged  For the period: in whole fen, 0 to kMoneyMax.
/// O(objectives × steps).
std::vector<Breach> find_breaches(const ServiceLevel& level, const ServiceRecord& record,
                                  Money charged);

}  // namespace penstock::sla
