#include <algorithm>
#include <array>
#include <limits>

#include "bench/market.h"
#include "bench/measures.h"
#include "bench/stopwatch.h"
#include "core/pricing/rating.h"

namespace penstock::bench {
namespace {

using namespace pricing;

constexpr std::size_t kRecords = 1'000'000;
constexpr double kSecondsMax = 3;
constexpr std::size_t kContracts = 1'000;
constexpr int kRuns = 3;
constexpr UtcOffset kOffset{480};
constexpr Duration kMinute = seconds(60);

Component priced(const char* name, Unit unit, std::int64_t micros) {
    return {.name = name, .unit = unit, .tiers = {{0, Money{micros}}}};
}

/// One component of every form.
PricePlan mixed_plan() {
    Component cards = priced("card-hours", Unit::card_hour, 12'000'000);
    cards.bands = {
        {.name = "holiday", .price = Money{3'000'000}, .days = 1 << 7},
        {.name = "night", .price = Money{5'000'000}, .from_minute = 22 * 60, .to_minute = 8 * 60},
        {.name = "peak",
         .price = Money{18'000'000},
         .from_minute = 14 * 60,
         .to_minute = 17 * 60,
         .days = 0x1f}};
    Component cores = priced("core-hours", Unit::core_hour, 120'000);
    cores.commitment = {.units = 10'000, .shortfall_price = Money{60'000}};
    Component tokens = priced("tokens", Unit::million_tokens, 4'000'000);
    tokens.blocks = {
        .units_per_block = 100, .price_per_block = Money{300'000'000}, .per_period = 2};
    Component moved = priced("moved", Unit::gb_moved, 800'000);
    moved.tiering = Tiering::graduated;
    moved.tiers = {{100, Money{800'000}}, {1'000, Money{500'000}}, {0, Money{300'000}}};
    Component stored = priced("stored", Unit::gb_month, 120'000);
    stored.tiering = Tiering::volume;
    stored.tiers = {{10, Money{120'000}}, {100, Money{100'000}}, {0, Money{80'000}}};
    PlanTerms terms{.version = 1,
                    .effective_from = Instant{0},
                    .currency = *Currency::parse("CNY"),
                    .offset = kOffset,
                    .billing_period = CalendarUnit::month,
                    .components = {cards, cores, tokens, moved, stored,
                                   priced("nodes", Unit::node_month, 30'000'000'000),
                                   priced("port", Unit::port_week, 700'000'000),
                                   priced("jobs", Unit::job, 500'000)}};
    auto plan = PricePlan::freeze(std::move(terms));
    if (!plan) give_up(plan.error().message());
    return *std::move(plan);
}

/// Records of a minute to two hours, in turns over the components, through the whole month.
std::vector<Usage> records(const PricePlan& plan, Interval month, std::size_t count) {
    std::vector<Usage> usages;
    usages.reserve(count);
    std::uint64_t state = 1;
    for (std::size_t i = 0; i < count; ++i) {
        state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        const auto drawn = static_cast<std::int64_t>(state >> 33U);
        const Duration length{kMinute.ns * (1 + drawn % 120)};
        const std::int64_t latest = (month.length() - length).ns / seconds(1).ns;
        const Instant start = month.start + seconds(drawn % latest);
        const auto component = static_cast<std::uint32_t>(i % plan.components().size());
        const bool level = is_level(plan.components()[component].unit);
        usages.push_back({component, {start, start + length}, level ? 1 + drawn % 8 : drawn});
    }
    return usages;
}

}  // namespace

std::vector<Line> measure_money(const Options& options) {
    const PricePlan plan = mixed_plan();
    const auto leap_day = *parse_date("2028-02-29");
    const Interval month = plan.billing_period_around(instant_of(leap_day, 0, kOffset));
    const std::vector<Usage> usages = records(plan, month, options.scaled(kRecords));
    double best = std::numeric_limits<double>::max();
    for (int run = 0; run < kRuns; ++run) {
        std::vector<ChargeRow> rows;
        std::vector<Rating> ratings;
        const CoreStopwatch watch;
        for (std::size_t i = 0; i < kContracts; ++i) {
            auto rating = Rating::open(plan, month, rows);
            if (!rating) give_up(rating.error().message());
            ratings.push_back(*std::move(rating));
        }
        Wide amounts = 0;
        for (std::size_t i = 0; i < usages.size(); ++i) {
            // All of a contract's records of one kind do not come together.
            Rating& rating = ratings[i / plan.components().size() % kContracts];
            if (const auto added = rating.add(plan, usages[i], rows); !added)
                give_up(added.error().message());
            for (const ChargeRow& row : rows) amounts += row.amount.micros;
            rows.clear();
        }
        best = std::min(best, watch.seconds());
        if (amounts <= 0) give_up("nothing was charged");
    }
    return {measure_transfers(options),
            measure_durable_transfers(options),
            {.name = "rating of a million usage records",
             .value = best * static_cast<double>(kRecords) / static_cast<double>(usages.size()),
             .unit = "s",
             .reference = kSecondsMax,
             .held_against = "the limit, on one core",
             .needed = 1,
             .better = Line::Better::less}};
}

}  // namespace penstock::bench
