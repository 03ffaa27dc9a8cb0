#pragma once

#include <cstdint>
#include <string>

#include "base/hash.h"
#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

namespace penstock::contract {

/// A trial has so many tasks; with fewer there is no spread to tell. Of other work so many are
/// kept.
inline constexpr std::size_t kSamplesMin = 3;
inline constexpr std::size_t kSamplesMax = 64;
/// Most that is given back for dear results, in parts of ten thousand of what was charged for tasks
/// that succeeded: a job that hides its results gets half of its price back, and no more.
inline constexpr std::uint32_t kResultCreditCap = 5'000;

/// What one task that succeeded showed.
struct ResultSample {
    std::uint64_t results = 0;
    Duration core_time;  ///< Cores × time, all that was paid.
    Duration
        until_last{};  ///< Of that, until the last result was seen: what a task that is stopped
                       ///< in the middle of a result says of their price. For advisers alone.

    template <class Archive>
    void visit(Archive& archive) {
        archive(results, core_time, until_last);
    }
};

/// What results may cost (B19), as a contract freezes it.
struct ResultBand {
    WorkloadId trial;  ///< Unset: there is no band.
    Digest job{};      ///< The trial's: what the contract's workload must run.
    std::string unit;  ///< What a result is, by the trial's words.
    std::uint64_t quoted_per = 1;
    Money low;  ///< For `quoted_per` results.
    Money high;

    bool is_set() const { return trial.value != 0; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(trial, job, unit, quoted_per, low, high);
    }
};

/// Whether a task of a workload is one that samples are kept of: all are while they are kSamplesMax
/// or fewer; else one of each of so many runs of tasks of equal length, by its index alone, which
/// knows nothing of how long the task takes or who comes round to it.
bool is_sampled(std::uint32_t index, std::uint32_t task_count);

/// What a contract's tasks that succeeded delivered.
struct Delivery {
    std::uint64_t results = 0;
    Money charged;
    Money given_back;
    std::uint32_t counted_tasks = 0;
    std::uint32_t uncounted_tasks = 0;  ///< Beside these: not all of their results were counted.

    std::uint32_t tasks() const { return counted_tasks + uncounted_tasks; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(results, charged, given_back, counted_tasks, uncounted_tasks);
    }
};

/// What `quoted_per` results cost at a price for a core-hour, rounded up to the micro.
/// @return kMoneyMax: that or more, also where there were no results.
Money result_cost(Money price_per_core_hour, const ResultSample& sample, std::uint64_t quoted_per);

/// What is given back of `delivered`: what its results were dearer than the band's high, and never
/// more than kResultCreditCap of it. Zero without a band.
Money result_credit(const ResultBand& band, const Delivery& delivered);

}  // namespace penstock::contract
