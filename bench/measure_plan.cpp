#include <algorithm>
#include <vector>

#include "advise/recommend/random_market.h"
#include "advise/recommend/recommend.h"
#include "bench/measures.h"
#include "bench/plan_optimum.h"
#include "bench/script.h"
#include "bench/stopwatch.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kOffers = 10'000;
constexpr std::size_t kRequests = 1'000;
/// Of the markets whose optimum is worked out.
constexpr std::size_t kFewOffers = 60;
constexpr double kSecondsMax = 0.05;
constexpr double kMedianGapMax = 0.005;
constexpr double kWorstGapMax = 0.02;
constexpr Instant kNow{1'795'000'000'000'000'000};

double quantile(std::vector<double>& values, double part) {
    if (values.empty()) give_up("no request has a plan");
    std::ranges::sort(values);
    const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size()));
    return values[std::min(at, values.size() - 1)];
}

const estimate::Estimator& estimator() {
    static const auto kEstimator = estimate::Estimator::shipped();
    if (!kEstimator) give_up("the estimator's tables are broken");
    return *kEstimator;
}

std::vector<Line> measure_time(const Options& options) {
    recommend::Chance chance(5);
    const auto market = recommend::random_market(chance, estimator().chips, kOffers, kNow);
    std::vector<double> planned;
    std::vector<double> refused;
    for (std::size_t i = 0; i < options.scaled(kRequests); ++i) {
        const v1::Intent intent = recommend::random_intent(chance);
        const CoreStopwatch watch;
        const auto plans = recommend::recommend(market, estimator(), intent, kNow);
        const double took = watch.seconds();
        if (!plans) give_up("a request was refused: " + plans.error().message());
        (plans->plans().empty() ? refused : planned).push_back(took);
    }
    std::vector<Line> lines{
        {.name = "plans over 10,000 products, 99 of 100 requests within",
         .value = quantile(planned, 0.99),
         .unit = "s",
         .reference = kSecondsMax,
         .held_against = "the limit, on one core",
         .needed = 1,
         .better = Line::Better::less},
        {.name = "  the median", .value = quantile(planned, 0.5), .unit = "s", .held_against = {}}};
    if (!refused.empty())
        lines.push_back({.name = "  what to change where there is no plan, the median",
                         .value = quantile(refused, 0.5),
                         .unit = "s",
                         .held_against = {}});
    return lines;
}

std::vector<Line> measure_gap(const Options& options) {
    recommend::Chance chance(7);
    std::vector<double> gaps;
    const std::size_t wanted = options.scaled(kRequests);
    for (std::size_t tries = 0; gaps.size() < wanted && tries < 20 * wanted; ++tries) {
        const auto market = recommend::random_market(chance, estimator().chips, kFewOffers, kNow);
        const v1::Intent intent = recommend::random_intent(chance);
        const auto gap = gap_to_optimum(market, estimator(), intent, kNow);
        if (gap) gaps.push_back(*gap);
    }
    if (gaps.size() < wanted) give_up("too few requests have a plan");
    return {{.name = "cheapest plan over the optimum of a mixed-integer program, median",
             .value = quantile(gaps, 0.5),
             .unit = "",
             .reference = kMedianGapMax,
             .held_against = "the limit, 1,000 requests",
             .needed = 1,
             .better = Line::Better::less},
            {.name = "  the worst of them",
             .value = quantile(gaps, 1),
             .unit = "",
             .reference = kWorstGapMax,
             .held_against = "the limit",
             .needed = 1,
             .better = Line::Better::less}};
}

}  // namespace

std::vector<Line> measure_plan(const Options& options) {
    auto lines = measure_time(options);
    for (Line& line : measure_gap(options)) lines.push_back(std::move(line));
    return lines;
}

}  // namespace penstock::bench
