#pragma once

#include <cstdint>
#include <optional>

#include "advise/recommend/market.h"
#include "advise/recommend/work.h"
#include "base/error.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::recommend {

/// What is looked for, and in what. Lives no longer than what it refers to.
struct Query {
    const Market& market;
    const estimate::Estimator& estimator;
    const v1::Intent& intent;  ///< Without alternatives.
    const Need& need;
    Instant now;
    Instant start;  ///< Not before this.
    std::optional<Instant> deadline{};
    Currency currency;
    std::optional<Money> budget{};
    std::optional<Money> budget_per_month{};
    std::optional<double> carbon_g{};   ///< In all, at most.
    std::optional<double> cost_most{};  ///< By a unit price of all together, in micros.
    /// Whether options are worth comparing by what they cost each month, too.
    bool counts_months = false;
};

/// @param intent, need  Kept by reference.
/// @retval kNotEstimated  A unit price for what such work is not counted in.
Result<Query> query_of(const Market& market, const estimate::Estimator& estimator,
                       const v1::Intent& intent, const Need& need, Instant now);

}  // namespace penstock::recommend
