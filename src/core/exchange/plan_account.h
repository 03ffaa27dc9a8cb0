#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "core/pricing/rating.h"
#include "core/sla/record.h"

namespace penstock::exchange {

/// What was reported of one component in the billing period that is open.
struct Counter {
    std::int64_t quantity = 0;
    Instant reported_until;
    std::vector<Interval> gaps;                    ///< Times before that of which nothing was said.
    std::optional<pricing::EarlierUsage> earlier;  ///< What an estimate goes by.

    template <class Archive>
    void visit(Archive& archive) {
        archive(quantity, reported_until, gaps, earlier);
    }
};

/// The running charges of a contract by plan, from its beginning until it is settled.
struct PlanAccount {
    pricing::Rating rating;  ///< Of the billing period that is open.
    Instant closes_at;       ///< First instant at which that may be closed.
    std::uint64_t reports = 0;
    std::vector<Counter> counters;  ///< By component.
    Instant resumed_at;             ///< The last time that it went on; unset if it never stopped.
    bool is_closed = false;         ///< It is suspended; the next period opens when it goes on.
    /// Of the open period, and of later ones that have begun and of which something was seen; empty
    /// where nothing is promised.
    std::vector<sla::ServiceRecord> service;

    template <class Archive>
    void visit(Archive& archive) {
        archive(rating, closes_at, reports, counters, resumed_at, is_closed, service);
    }
};

}  // namespace penstock::exchange
