#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "base/money.h"
#include "base/time.h"
#include "core/contract/result_band.h"

namespace penstock::plan {

/// What a trial (试跑) of a job, or the job itself when it was bought before, showed on one
/// product.
struct Trial {
    std::string workload;                           ///< wl_…
    std::string product;                            ///< prod_…
    std::vector<contract::ResultSample> samples{};  ///< Of its tasks that succeeded there.
    Money charged{};
    std::uint32_t succeeded = 0;  ///< Tasks there; not all of many are samples.
    std::uint32_t uncounted = 0;  ///< Of these, such whose results could not all be counted.
    bool has_ended = false;
    bool has_failures = false;  ///< A task of it did not succeed, there or elsewhere.
    bool is_purchase = false;   ///< No trial: it binds nobody.
};

/// What results cost, for as many as prices are quoted for: above zero, `low` up to `expected` up
/// to `high`.
struct ResultPrice {
    Money low;
    Money expected;
    Money high;
};

/// At which price results are asked for.
struct Quotation {
    Money price_per_core_hour;
    std::uint64_t quoted_per = 1;
    std::uint32_t tasks = 1;  ///< To be bought: the more, the closer is their mean.
};

/// Prices results by what a trial showed, or tells why it cannot, in sentences for people.
///
/// `expected` is the core time of all samples until their last results, over these. `low` to `high`
/// is the 95 % prediction interval of the mean of `tasks` further tasks, from the samples' own core
/// times per result: Student's t × their standard deviation × √(1/samples + 1/tasks); see Hahn and
/// Meeker, Statistical Intervals, 1991, 4.7. `high` is never below what the dearest sample costs as
/// the core rounds it, which a result band needs. O(samples).
std::expected<ResultPrice, std::string> price_results(const Trial& trial, const Quotation& asked);

/// Core time that so many results take, by the trial.
/// @pre price_results() gives a price.
Duration core_time_of(const Trial& trial, std::uint64_t results);

}  // namespace penstock::plan
