#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "core/pricing/bands.h"
#include "core/pricing/bound.h"
#include "core/pricing/read_plan.h"
#include "core/pricing/test_plan.h"

/// Random plans, usage and cuts from fixed seeds, against sums that are made in another way.
namespace penstock::pricing {
namespace {

constexpr int kSeeds = 300;

class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    /// From low to high, both included.
    std::int64_t from(std::int64_t low, std::int64_t high) {
        const auto width = static_cast<std::uint64_t>(high - low) + 1;
        return low + static_cast<std::int64_t>(engine_() % width);
    }
    bool chance(int percent) { return from(1, 100) <= percent; }

  private:
    std::mt19937_64 engine_;
};

Money random_price(Random& random) {
    return Money{random.chance(10) ? 0 : random.from(1, random.chance(50) ? 9 : 50 * kYuan)};
}

Component random_component(Random& random, int number) {
    Component component{.name = "component-" + std::to_string(number),
                        .unit = static_cast<Unit>(random.from(1, kUnitLast)),
                        .tiers = {{0, random_price(random)}}};
    const std::int64_t form = random.from(0, 3);
    if (form == 1 || form == 2) {
        component.tiering = form == 1 ? Tiering::graduated : Tiering::volume;
        std::int64_t end = 0;
        component.tiers.clear();
        for (auto left = random.from(1, 4); left > 0; --left)
            component.tiers.push_back({end += random.from(1, 40), random_price(random)});
        component.tiers.push_back({0, random_price(random)});
    }
    if (form == 3) {
        for (auto left = random.from(1, 5); left > 0; --left) {
            Band band{.name = "band-" + std::to_string(left), .price = random_price(random)};
            band.from_minute = static_cast<std::int32_t>(random.from(0, 1'439));
            do band.to_minute = static_cast<std::int32_t>(random.from(1, 1'440));
            while (band.to_minute == band.from_minute);
            band.days = static_cast<std::uint16_t>(random.from(1, kEveryDay));
            if (random.chance(50)) band.months = static_cast<std::uint16_t>(random.from(1, 4'095));
            component.bands.push_back(std::move(band));
        }
    } else if (form != 2 && random.chance(40)) {
        component.blocks = {random.from(1, 10), random_price(random),
                            static_cast<std::uint32_t>(random.from(1, 3))};
    }
    if (random.chance(40)) component.commitment = {random.from(1, 60), random_price(random)};
    component.missing_usage = static_cast<MissingUsage>(random.from(1, 2));
    if (component.commitment && random.chance(50))
        component.missing_usage = MissingUsage::committed;
    return component;
}

PricePlan random_plan(Random& random) {
    PlanTerms terms = terms_of({});
    terms.offset = UtcOffset{static_cast<std::int32_t>(random.from(-840, 840))};
    terms.billing_period = static_cast<CalendarUnit>(random.from(1, 3));
    for (int i = 0; i < 4; ++i) terms.components.push_back(random_component(random, i));
    std::int32_t day = 21'000;  // 2027-07-01
    for (auto left = random.from(0, 20); left > 0; --left) {
        day += static_cast<std::int32_t>(random.from(1, 40));
        terms.special_days.push_back({day, static_cast<DayKind>(random.from(1, 8))});
    }
    return PricePlan::freeze(std::move(terms)).value();
}

/// The whole period or a part of it; around leap day every second time.
Interval random_period(Random& random, const PricePlan& plan) {
    const Instant around = random.chance(50)
                               ? at("2028-02-29", static_cast<std::int32_t>(random.from(0, 1'439)))
                               : at("2027-07-01") + Duration{random.from(0, 500 * kDay.ns)};
    Interval period = plan.billing_period_around(around);
    if (random.chance(30)) period.start = around;
    return period;
}

/// A moment in an interval: on a whole minute, a whole second or anywhere.
Instant random_instant(Random& random, Interval within) {
    const Instant any{random.from(within.start.ns, within.end.ns)};
    constexpr std::array<std::int64_t, 3> kGrids{60'000'000'000, 1'000'000'000, 1};
    const std::int64_t grid = kGrids[static_cast<std::size_t>(random.from(0, 2))];
    return std::max(within.start, Instant{any.ns / grid * grid});
}

Usage random_usage(Random& random, const PricePlan& plan, Interval within) {
    Usage usage;
    usage.component = static_cast<std::uint32_t>(random.from(0, 3));
    const Component& component = plan.components()[usage.component];
    Instant a = random_instant(random, within);
    Instant b = random_instant(random, within);
    if (b < a) std::swap(a, b);
    if (a == within.end) a = within.start;
    if (a == b) b = within.end;
    usage.interval = {a, b};
    usage.quantity = random.from(0, 20);
    if (component.unit == Unit::gb_month) usage.quantity *= random.from(1, 1'000'000'007);
    if (!is_level(component.unit)) {
        const auto unit = static_cast<std::int64_t>(parts_per(component.unit));
        usage.quantity = random.from(0, 3 * unit);
        if (!component.bands.empty()) usage.interval.end = usage.interval.start;
    }
    return usage;
}

/// The same usage in up to four pieces that follow each other.
std::vector<Usage> cut(Random& random, const PricePlan& plan, Usage usage) {
    std::vector<Usage> pieces;
    const bool level = is_level(plan.components()[usage.component].unit);
    for (auto left = random.from(0, 3); left > 0; --left) {
        const Instant middle = random_instant(random, usage.interval);
        if (middle <= usage.interval.start || middle >= usage.interval.end) continue;
        Usage piece = usage;
        piece.interval.end = usage.interval.start = middle;
        if (!level) {
            piece.quantity = random.from(0, usage.quantity);
            usage.quantity -= piece.quantity;
        }
        pieces.push_back(piece);
    }
    pieces.push_back(usage);
    return pieces;
}

std::map<std::uint32_t, Money> sums_of(const std::vector<ChargeRow>& rows) {
    std::map<std::uint32_t, Money> sums;
    for (const ChargeRow& row : rows) sums[row.component] += row.amount;
    std::erase_if(sums, [](const auto& sum) { return sum.second == Money{}; });
    return sums;
}

struct Story {
    Random random;
    PricePlan plan = random_plan(random);
    Interval period = random_period(random, plan);
    std::vector<Usage> usages;

    explicit Story(std::uint64_t seed) : random(seed) {
        for (auto left = random.from(1, 12); left > 0; --left)
            usages.push_back(random_usage(random, plan, period));
    }
};

/// What a price ladder costs, unit by unit of it: the oracle for Charging.
Wide ladder_cost(const Component& component, Wide total) {
    const Wide unit = parts_per(component.unit);
    Wide cost = 0;
    Wide start = 0;
    if (component.blocks) {
        start = component.blocks->units_per_block * component.blocks->per_period * unit;
        cost = component.blocks->price_per_block.micros * component.blocks->per_period * unit;
    }
    if (component.tiering == Tiering::volume) {
        for (const Tier& tier : component.tiers)
            if (tier.up_to_units == 0 || total <= tier.up_to_units * unit)
                return total * tier.price.micros;
    }
    Wide left = std::max<Wide>(total - start, 0);
    std::int64_t before = 0;
    for (const Tier& tier : component.tiers) {
        const Wide room = tier.up_to_units == 0 ? left : (tier.up_to_units - before) * unit;
        cost += std::min(left, room) * tier.price.micros;
        left -= std::min(left, room);
        before = tier.up_to_units;
    }
    return cost;
}

/// What a usage costs when every minute is looked at by itself: the oracle for bands.
Wide cost_by_minutes(const PricePlan& plan, const Component& component, const Usage& usage) {
    constexpr std::int64_t kMinute = 60'000'000'000;
    Wide cost = 0;
    for (Instant from = usage.interval.start; from < usage.interval.end;) {
        const Instant to = std::min(Instant{(from.ns / kMinute + 1) * kMinute}, usage.interval.end);
        const LocalMinute local = local_minute(from, plan.offset());
        Money price = component.tiers[0].price;
        for (const Band& band : component.bands) {
            const bool wraps = band.to_minute <= band.from_minute;
            const bool early = wraps && local.minute < band.to_minute;
            const auto day = local.day - std::chrono::days(early ? 1 : 0);
            const bool inside =
                wraps ? early || local.minute >= band.from_minute
                      : local.minute >= band.from_minute && local.minute < band.to_minute;
            const auto kind = static_cast<int>(plan.kind_of(day)) - 1;
            const std::chrono::year_month_day date(day);
            const auto month = static_cast<unsigned>(date.month()) - 1;
            if (!inside || (band.days >> kind & 1) == 0 || (band.months >> month & 1U) == 0)
                continue;
            price = band.price;
            break;
        }
        cost +=
            time_parts({from, to}, component.unit, plan.offset()) * usage.quantity * price.micros;
        from = to;
    }
    return cost;
}

TEST(RatingProperty, sum_of_parts_is_the_whole_for_any_cut_and_order) {
    std::size_t cuts = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Story story(seed);
        TestRating whole(story.plan, story.period);
        std::vector<Usage> pieces;
        for (const Usage& usage : story.usages) {
            ASSERT_TRUE(whole.rating.add(whole.plan, usage, whole.rows)) << seed;
            for (const Usage& piece : cut(story.random, story.plan, usage)) pieces.push_back(piece);
        }
        cuts += pieces.size() - story.usages.size();
        for (std::size_t i = pieces.size(); i > 1; --i)
            std::swap(pieces[i - 1], pieces[static_cast<std::size_t>(
                                         story.random.from(0, static_cast<std::int64_t>(i) - 1))]);
        TestRating parts(story.plan, story.period);
        for (const Usage& piece : pieces)
            ASSERT_TRUE(parts.rating.add(parts.plan, piece, parts.rows)) << seed;
        ASSERT_EQ(sums_of(parts.rows), sums_of(whole.rows)) << seed;
        ASSERT_TRUE(parts.close() && whole.close());
        ASSERT_EQ(sums_of(parts.rows), sums_of(whole.rows)) << seed;
    }
    EXPECT_GT(cuts, 1'000u);
}

TEST(RatingProperty, charges_what_the_naive_sum_is) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Story story(seed);
        TestRating rating(story.plan, story.period);
        std::array<Wide, 4> exact{};
        for (const Usage& usage : story.usages) {
            ASSERT_TRUE(rating.rating.add(rating.plan, usage, rating.rows)) << seed;
            const Component& component = story.plan.components()[usage.component];
            if (component.bands.empty()) continue;
            exact[usage.component] +=
                is_level(component.unit)
                    ? cost_by_minutes(story.plan, component, usage)
                    : Wide{usage.quantity} *
                          (lane_at(story.plan, component, usage.interval.start) == 0
                               ? component.tiers[0].price
                               : component
                                     .bands[lane_at(story.plan, component, usage.interval.start) -
                                            1]
                                     .price)
                              .micros;
        }
        for (std::uint32_t i = 0; i < 4; ++i) {
            const Component& component = story.plan.components()[i];
            if (component.bands.empty())
                exact[i] = ladder_cost(component, rating.rating.used(i).parts);
            const Wide rounded = divide_half_even(exact[i], parts_per(component.unit));
            ASSERT_EQ(rating.rating.charged(i).micros, static_cast<std::int64_t>(rounded)) << seed;
        }
    }
}

TEST(RatingProperty, what_is_taken_back_was_never_there) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Story story(seed);
        TestRating refunded(story.plan, story.period);
        TestRating kept(story.plan, story.period);
        std::vector<Usage> back;
        for (const Usage& usage : story.usages) {
            ASSERT_TRUE(refunded.rating.add(refunded.plan, usage, refunded.rows));
            if (story.random.chance(50)) {
                for (const Usage& piece : cut(story.random, story.plan, usage))
                    back.push_back(piece);
            } else {
                ASSERT_TRUE(kept.rating.add(kept.plan, usage, kept.rows));
            }
        }
        if (story.random.chance(50)) {
            ASSERT_TRUE(refunded.close());
        }
        for (const Usage& usage : back)
            ASSERT_TRUE(refunded.rating.take_back(refunded.plan, usage, refunded.rows)) << seed;
        ASSERT_TRUE(refunded.close() && kept.close());
        ASSERT_EQ(sums_of(refunded.rows), sums_of(kept.rows)) << seed;
    }
}

TEST(RatingProperty, closing_again_leaves_what_closing_once_does) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Story story(seed);
        const auto random_missing = [&] {
            std::vector<MissingTime> missing;
            for (std::uint32_t i = 0; i < 4; ++i) {
                Instant a = random_instant(story.random, story.period);
                Instant b = random_instant(story.random, story.period);
                if (b < a) std::swap(a, b);
                if (a == b) continue;
                const Unit unit = story.plan.components()[i].unit;
                const auto time = time_weight(story.period, unit, story.plan.offset());
                missing.push_back({i, {{a, b}}, EarlierUsage{{99 * parts_per(unit)}, time + 1}});
            }
            return missing;
        };
        const std::vector<MissingTime> first = random_missing();
        std::vector<MissingTime> last = random_missing();
        TestRating again(story.plan, story.period);
        TestRating once(story.plan, story.period);
        ASSERT_TRUE(again.close(first));
        for (TestRating* rating : {&again, &once})
            for (const Usage& usage : story.usages)
                ASSERT_TRUE(rating->rating.add(rating->plan, usage, rating->rows));
        ASSERT_TRUE(again.close(last));
        // The same missing times, each in two pieces.
        for (MissingTime& missing : last) {
            const Interval whole = missing.intervals[0];
            const Instant middle = random_instant(story.random, whole);
            if (middle <= whole.start || middle >= whole.end) continue;
            missing.intervals = {{whole.start, middle}, {middle, whole.end}};
        }
        ASSERT_TRUE(once.close(last));
        ASSERT_EQ(sums_of(again.rows), sums_of(once.rows)) << seed;
    }
}

TEST(RatingProperty, a_plan_is_read_from_what_describes_it) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Random random(seed);
        const PricePlan plan = random_plan(random);
        const auto again = read_plan(describe_plan(plan));
        ASSERT_TRUE(again) << again.error().message();
        ASSERT_EQ(again->digest(), plan.digest());
    }
}

/// What is agreed of a component, in its smallest unit.
std::int64_t random_quantity(Random& random, Unit unit) {
    if (!is_level(unit)) return random.from(0, 60 * static_cast<std::int64_t>(parts_per(unit)));
    return random.from(0, 20) * (unit == Unit::gb_month ? random.from(1, 1'000'000'007) : 1);
}

TEST(RatingProperty, never_charges_more_than_the_bound) {
    for (int seed = 0; seed < kSeeds; ++seed) {
        Random random(static_cast<std::uint64_t>(seed) + 70'000);
        const PricePlan plan = random_plan(random);
        const Interval period = random_period(random, plan);
        std::vector<std::int64_t> agreed;
        for (const Component& component : plan.components())
            agreed.push_back(random_quantity(random, component.unit));
        const auto most = most_of(plan, period, agreed);
        ASSERT_TRUE(most) << seed;

        std::vector<ChargeRow> rows;
        Rating rating = Rating::open(plan, period, rows).value();
        Instant end = random.chance(50) ? period.end : random_instant(random, period);
        if (end == period.start) end = period.end;
        std::vector<MissingTime> missing;
        for (std::uint32_t i = 0; i < agreed.size(); ++i) {
            const Component& component = plan.components()[i];
            if (is_level(component.unit)) {
                ASSERT_TRUE(rating.add(plan, {i, {period.start, end}, agreed[i]}, rows));
                continue;
            }
            const std::int64_t used = random.chance(50) ? agreed[i] : random.from(0, agreed[i]);
            ASSERT_TRUE(rating.add(plan, {i, {period.start, period.start}, used}, rows));
            if (component.missing_usage == MissingUsage::committed)
                missing.push_back({i, {{period.start, end}}, {}});
        }
        rating.cut(end);
        ASSERT_TRUE(rating.close(plan, missing, rows)) << seed;
        EXPECT_LE(sum_of(rows), *most) << seed;
        EXPECT_TRUE(rating.fits(plan)) << seed;
    }
}

/// A level by the month, and the largest quantity of it whose exact cost still fits into 128 bits,
/// with a block that leaves less than the parts of a unit free.
std::pair<Component, std::int64_t> filled_to_the_brim(Random& random, Interval period) {
    constexpr Wide kFull = ~(Wide{1} << 127);
    constexpr std::array kByMonth{Unit::node_month, Unit::gb_month, Unit::port_month};
    const Unit unit = kByMonth[static_cast<std::size_t>(random.from(0, 2))];
    const std::int64_t price = random.from(100'000'000'000'000, 999'999'999'999'999);
    const Wide parts = parts_per(unit);
    const Wide time = time_parts(period, unit, kChina);
    const Wide quantity = (kFull / price + parts) / time;
    const Wide free = kFull - (quantity * time - parts) * price;
    Component component = flat(unit, price);
    component.blocks = {1, Money{static_cast<std::int64_t>(free / parts)}, 1};
    return {component, static_cast<std::int64_t>(quantity)};
}

TEST(RatingProperty, no_bound_near_the_limits_is_below_zero_or_beyond_all_money) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Random random(seed);
        const Interval june = between("2026-06-01", "2026-07-01");
        const auto [component, brim] = filled_to_the_brim(random, june);
        const PricePlan plan = plan_of({component});
        EXPECT_FALSE(most_of(plan, june, std::array{brim})) << seed;
        // Nearer to what money can pay, either side of it.
        const std::int64_t some = random.from(0, random.chance(50) ? brim : brim / 1'000'000);
        const auto most = most_of(plan, june, std::array{some});
        std::vector<ChargeRow> rows;
        Rating rating = Rating::open(plan, june, rows).value();
        const auto added = rating.add(plan, {0, june, some}, rows);
        EXPECT_EQ(most.has_value(), added.has_value()) << seed;
        if (!most) continue;
        EXPECT_GE(*most, Money{}) << seed;
        EXPECT_LE(sum_of(rows), *most) << seed;
        EXPECT_LE(*most, kMoneyMax) << seed;
    }
}

}  // namespace
}  // namespace penstock::pricing
