#include "advise/plan/trial.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <optional>

#include "advise/plan/wording.h"
#include "base/assert.h"
#include "base/wide.h"

namespace penstock::plan {

namespace {

constexpr double kConfidence = 0.95;

std::string say_failures(const Trial& trial) {
    if (trial.succeeded == 0)
        return "None of its tasks succeeded: `penstock log " + trial.workload + "` shows why.";
    return "Not all of its tasks succeeded: `penstock log " + trial.workload +
           " --failed` shows why; mend it, and try again.";
}

/// What is missing for a price; empty when nothing is.
std::string what_is_missing(const Trial& trial) {
    const std::size_t count = trial.samples.size();
    if (!trial.has_ended) return "Its tasks still run; ask again when the trial has ended.";
    // It counts as a whole: nobody chooses among its tasks.
    if (trial.has_failures) return say_failures(trial);
    if (trial.uncounted > 0)
        return "The results of " + say(trial.uncounted, "task") +
               " could not all be counted, since the log or the folder was too large: write less, "
               "and try again.";
    if (trial.succeeded == 0) return "None of its tasks ran on this product.";
    if (std::ranges::any_of(trial.samples, [](const auto& one) { return one.results == 0; }))
        return "Not every task of it came to a result: try longer, or mend what `results` counts.";
    if (count >= contract::kSamplesMin) return {};
    const std::string needed = std::to_string(contract::kSamplesMin);
    if (count < trial.succeeded)
        return "Of " + say(trial.succeeded, "task") + " that succeeded on this product, " +
               std::to_string(count) + " are among those that are looked at; " + needed +
               " are needed: try it there.";
    return "It has " + say(count, "task") + " that succeeded; try " + needed +
           " or more, so that their spread shows.";
}

/// All samples as one until their last results, unless they are beyond all that can be. What came
/// after them was the beginning of results that nobody saw.
std::optional<contract::ResultSample> sum_of(const Trial& trial) {
    Wide results = 0;
    Wide core_ns = 0;
    for (const contract::ResultSample& sample : trial.samples) {
        results += sample.results;
        core_ns += sample.until_last.ns;
    }
    if (results > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    if (core_ns > std::numeric_limits<std::int64_t>::max() || core_ns <= 0) return std::nullopt;
    const Duration until_last{static_cast<std::int64_t>(core_ns)};
    return contract::ResultSample{static_cast<std::uint64_t>(results), until_last, until_last};
}

/// Half of the prediction interval, against the expected core time of a result.
double relative_half_width(const Trial& trial, const contract::ResultSample& sum,
                           std::uint32_t tasks) {
    const auto count = static_cast<double>(trial.samples.size());
    const auto rate = [](const contract::ResultSample& sample) {
        return static_cast<double>(sample.until_last.ns) / static_cast<double>(sample.results);
    };
    double mean = 0;
    for (const contract::ResultSample& sample : trial.samples) mean += rate(sample) / count;
    double squares = 0;
    for (const contract::ResultSample& sample : trial.samples)
        squares += (rate(sample) - mean) * (rate(sample) - mean);
    const double deviation = std::sqrt(squares / (count - 1));
    const boost::math::students_t student(count - 1);
    const double t = boost::math::quantile(student, (1 + kConfidence) / 2);
    return t * deviation * std::sqrt(1 / count + 1.0 / tasks) / rate(sum);
}

}  // namespace

std::expected<ResultPrice, std::string> price_results(const Trial& trial, const Quotation& asked) {
    if (std::string missing = what_is_missing(trial); !missing.empty())
        return std::unexpected(std::move(missing));
    const auto cost = [&](const contract::ResultSample& sample) {
        return contract::result_cost(asked.price_per_core_hour, sample, asked.quoted_per);
    };
    Money dearest;
    for (const contract::ResultSample& sample : trial.samples)
        dearest = std::max(dearest, cost(sample));
    const auto sum = sum_of(trial);
    const Money expected = sum ? cost(*sum) : kMoneyMax;
    if (dearest >= kMoneyMax || expected >= kMoneyMax || expected <= Money{})
        return std::unexpected(
            "What it showed is beyond any price; quote for fewer results (quoted_per).");

    const auto middle = static_cast<double>(expected.micros);
    const double half = middle * relative_half_width(trial, *sum, std::max(asked.tasks, 1U));
    const double top = std::min(std::ceil(middle + half), static_cast<double>(kMoneyMax.micros));
    // `expected` was rounded up, by a micro at most.
    const double bottom = std::max(std::floor(middle - half) - 1, 1.0);
    return ResultPrice{
        .low = std::min(Money{static_cast<std::int64_t>(bottom)}, expected),
        .expected = expected,
        .high = std::max({Money{static_cast<std::int64_t>(top)}, expected, dearest})};
}

Duration core_time_of(const Trial& trial, std::uint64_t results) {
    const auto sum = sum_of(trial);
    PENSTOCK_ASSERT(sum.has_value());
    const auto product = checked_product(sum->core_time.ns, static_cast<Wide>(results));
    const Wide ns = product ? *product / sum->results : std::numeric_limits<std::int64_t>::max();
    return Duration{
        static_cast<std::int64_t>(std::min<Wide>(ns, std::numeric_limits<std::int64_t>::max()))};
}

}  // namespace penstock::plan
