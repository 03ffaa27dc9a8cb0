#include "core/pricing/rating.h"

#include <gtest/gtest.h>

#include "base/archive.h"
#include "core/pricing/error.h"
#include "core/pricing/test_plan.h"

namespace penstock::pricing {
namespace {

Interval month(const char* first) {
    return calendar_unit_around(at(first), CalendarUnit::month, kChina);
}
/// What one usage costs under a plan of one component.
Money cost(const Component& component, Interval interval, std::int64_t quantity,
           CalendarUnit period = CalendarUnit::month) {
    PlanTerms terms = terms_of({component});
    terms.billing_period = period;
    TestRating rating(PricePlan::freeze(terms).value(),
                      calendar_unit_around(interval.start, period, kChina));
    EXPECT_TRUE(rating.add(interval, quantity));
    return rating.sum();
}
std::string_view refusal(const Result<void>& result) {
    return result ? std::string_view() : result.error().reason();
}

TEST(Rating, charges_card_hours_by_the_second_and_finer) {
    const Component cards = flat(Unit::card_hour, 36 * kYuan);
    const Instant start = at("2026-11-22", 600);
    EXPECT_EQ(cost(cards, {start, start + seconds(1)}, 8), Money{80'000});
    EXPECT_EQ(cost(cards, {start, start + milliseconds(1)}, 1), Money{10});
    // Half a micro goes to the even one.
    EXPECT_EQ(cost(cards, {start, start + Duration{50'000}}, 1), Money{0});
    EXPECT_EQ(cost(cards, {start, start + Duration{150'000}}, 1), Money{2});
}

/// The arithmetic of published figures.
TEST(Rating, agrees_with_published_arithmetic) {
    // 10,000 cards for 14.8 days are 3,552,000 card-hours.
    const Interval training{at("2026-11-01"), at("2026-11-15") + seconds(69'120)};
    EXPECT_EQ(cost(flat(Unit::card_hour, 10 * kYuan), training, 10'000), Money{35'520'000 * kYuan});
    // 300 billion tokens at 2 yuan a million.
    EXPECT_EQ(cost(flat(Unit::million_tokens, 2 * kYuan), training, 300'000'000'000),
              Money{600'000 * kYuan});
    // 2,463.12 kW × 8,760 h = 21,576,931.2 kWh; of a whole year, month by month.
    Money year;
    for (Instant first = at("2026-01-01"); first < at("2027-01-01");) {
        const Interval of = calendar_unit_around(first, CalendarUnit::month, kChina);
        year += cost(flat(Unit::core_hour, 2'463'120'000), of, 1);
        first = of.end;
    }
    EXPECT_EQ(year, Money{21'576'931'200'000});
    // × 0.5834 kg CO2 a kWh = 12,587.98 t.
    EXPECT_EQ(cost(flat(Unit::job, 583'400), training, 21'576'931), Money{12'587'981'545'400});
    // 116 EB stored for a month at 0.1 yuan a GB.
    TestRating stored(plan_of({flat(Unit::gb_month, 100'000)}), month("2026-02-01"));
    for (int part = 0; part < 116; ++part)
        ASSERT_TRUE(stored.add(month("2026-02-01"), kUsageQuantityMax));
    EXPECT_EQ(stored.sum(), Money{11'600'000'000 * kYuan});
}

TEST(Rating, charges_whole_calendar_units_in_full_whatever_their_length) {
    const Component nodes = flat(Unit::node_month, 31'000 * kYuan);
    for (const char* first : {"2026-02-01", "2028-02-01", "2026-04-01", "2026-12-01"})
        EXPECT_EQ(cost(nodes, month(first), 3), Money{93'000 * kYuan}) << first;
    // One day of it.
    EXPECT_EQ(cost(nodes, between("2026-12-31", "2027-01-01"), 1), Money{1'000 * kYuan});
    EXPECT_EQ(cost(flat(Unit::node_month, 29'000 * kYuan), between("2028-02-29", "2028-03-01"), 1),
              Money{1'000 * kYuan});
    EXPECT_EQ(cost(flat(Unit::node_month, 28'000 * kYuan), between("2027-02-28", "2027-03-01"), 1),
              Money{1'000 * kYuan});
}

TEST(Rating, charges_port_rent_by_day_week_and_month) {
    const Interval whole = between("2026-11-02", "2026-11-09");  // Monday to Monday.
    EXPECT_EQ(cost(flat(Unit::port_day, 100 * kYuan), whole, 2), Money{1'400 * kYuan});
    EXPECT_EQ(cost(flat(Unit::port_week, 700 * kYuan), whole, 2), Money{1'400 * kYuan});
    EXPECT_EQ(cost(flat(Unit::port_month, 3'000 * kYuan), whole, 2), Money{1'400 * kYuan});
    const Interval half{at("2026-11-02"), at("2026-11-02", 720)};
    EXPECT_EQ(cost(flat(Unit::port_day, 100 * kYuan), half, 1, CalendarUnit::day),
              Money{50 * kYuan});
    EXPECT_EQ(cost(flat(Unit::port_week, 700 * kYuan), half, 1, CalendarUnit::week),
              Money{50 * kYuan});
}

TEST(Rating, counts_bytes_tokens_jobs_and_one_offs) {
    const Interval hour{at("2026-11-02"), at("2026-11-02", 60)};
    EXPECT_EQ(cost(flat(Unit::gb_moved, 800'000), hour, 2'500'000'000), Money{2 * kYuan});
    EXPECT_EQ(cost(flat(Unit::million_tokens, 4 * kYuan), hour, 1), Money{4});
    EXPECT_EQ(cost(flat(Unit::job, kYuan), hour, 3), Money{3 * kYuan});
    const Interval moment{hour.start, hour.start};
    EXPECT_EQ(cost(flat(Unit::one_off, 5'000 * kYuan), moment, 1), Money{5'000 * kYuan});
}

const std::vector<Tier> kTiers{
    {100, Money{5 * kYuan}}, {1'000, Money{4 * kYuan}}, {0, Money{3 * kYuan}}};

TEST(Rating, graduated_tiers_charge_each_unit_by_its_own) {
    TestRating rating(plan_of({tiered(Unit::job, Tiering::graduated, kTiers)}),
                      month("2026-11-01"));
    const Interval day = between("2026-11-02", "2026-11-03");
    ASSERT_TRUE(rating.add(day, 100));
    EXPECT_EQ(rating.sum(), Money{500 * kYuan});
    ASSERT_TRUE(rating.add(day, 1'900));
    EXPECT_EQ(rating.sum(), Money{(500 + 3'600 + 3'000) * kYuan});
    ASSERT_EQ(rating.rows.size(), 3u);
    EXPECT_EQ(rating.rows[1].place, 1u);
    EXPECT_EQ(rating.rows[1].quantity, Quantity{900});
    EXPECT_EQ(rating.rows[2].unit_price, Money{3 * kYuan});
    ASSERT_TRUE(rating.take_back(day, 1'950));
    EXPECT_EQ(rating.sum(), Money{250 * kYuan});
    EXPECT_EQ(rating.rating.charged(0), rating.sum());
}

TEST(Rating, volume_tiers_charge_all_units_by_the_total) {
    TestRating rating(plan_of({tiered(Unit::job, Tiering::volume, kTiers)}), month("2026-11-01"));
    const Interval day = between("2026-11-02", "2026-11-03");
    ASSERT_TRUE(rating.add(day, 100));
    EXPECT_EQ(rating.sum(), Money{500 * kYuan});
    ASSERT_TRUE(rating.add(day, 1));
    EXPECT_EQ(rating.sum(), Money{404 * kYuan});
    ASSERT_EQ(rating.rows.size(), 3u);
    EXPECT_EQ(rating.rows[1].kind, ChargeKind::rerated);
    EXPECT_EQ(rating.rows[1].amount, Money{-100 * kYuan});
    ASSERT_TRUE(rating.take_back(day, 1));
    EXPECT_EQ(rating.sum(), Money{500 * kYuan});
}

TEST(Rating, blocks_are_paid_whole_and_cover_what_they_hold) {
    Component tokens = flat(Unit::million_tokens, 4 * kYuan);
    tokens.blocks = {.units_per_block = 10, .price_per_block = Money{30 * kYuan}, .per_period = 2};
    TestRating rating(plan_of({tokens}), between("2026-11-20", "2026-12-01"));
    EXPECT_EQ(rating.sum(), Money{60 * kYuan});
    EXPECT_EQ(rating.rows.at(0).kind, ChargeKind::block);
    EXPECT_EQ(to_decimal(rating.rows[0].quantity, Unit::million_tokens), "2");
    const Interval day = between("2026-11-22", "2026-11-23");
    ASSERT_TRUE(rating.add(day, 20'000'000));
    EXPECT_EQ(rating.sum(), Money{60 * kYuan});
    EXPECT_EQ(rating.rows.back().kind, ChargeKind::covered);
    ASSERT_TRUE(rating.add(day, 500'000));
    EXPECT_EQ(rating.sum(), Money{62 * kYuan});
}

/// Nights are cheap, those that begin on Friday or a holiday cheaper still, and all of December's.
Component by_time() {
    Component cards = flat(Unit::card_hour, 10 * kYuan);
    cards.bands = {
        {.name = "december", .price = Money{kYuan}, .months = 1 << 11},
        {.name = "weekend",
         .price = Money{2 * kYuan},
         .from_minute = 22 * 60,
         .to_minute = 6 * 60,
         .days = 1 << 4 | 1 << 7},
        {.name = "night", .price = Money{5 * kYuan}, .from_minute = 22 * 60, .to_minute = 6 * 60}};
    return cards;
}

TEST(Rating, a_band_over_midnight_belongs_to_the_day_on_which_it_begins) {
    const Component cards = by_time();
    // Friday 2026-11-20 21:00 to Saturday 07:00: 1 h + 8 h of the weekend's + 1 h.
    EXPECT_EQ(cost(cards, {at("2026-11-20", 21 * 60), at("2026-11-21", 7 * 60)}, 1),
              Money{(10 + 8 * 2 + 10) * kYuan});
    EXPECT_EQ(cost(cards, {at("2026-11-21", 21 * 60), at("2026-11-22", 7 * 60)}, 1),
              Money{(10 + 8 * 5 + 10) * kYuan});
    // Friday's first hours are of Thursday's night.
    EXPECT_EQ(cost(cards, {at("2026-11-20", 0), at("2026-11-20", 60)}, 1), Money{5 * kYuan});
}

TEST(Rating, bands_know_month_ends_and_special_days) {
    const Component cards = by_time();
    // November's last night goes on into December where the first band holds already.
    TestRating november(plan_of({cards}), month("2026-11-30"));
    ASSERT_TRUE(november.add({at("2026-11-30", 21 * 60), at("2026-12-01")}, 1));
    EXPECT_EQ(november.sum(), Money{(10 + 2 * 5) * kYuan});
    EXPECT_EQ(cost(cards, {at("2026-12-01"), at("2026-12-01", 60)}, 1), Money{kYuan});
    // And December's last day ends with the year.
    EXPECT_EQ(cost(cards, {at("2026-12-31", 23 * 60), at("2027-01-01")}, 1), Money{kYuan});
    EXPECT_EQ(cost(cards, {at("2027-01-01"), at("2027-01-01", 60)}, 1), Money{5 * kYuan});

    PlanTerms terms = terms_of({cards});
    const auto leap_day = parse_date("2028-02-29")->time_since_epoch().count();
    terms.special_days = {{static_cast<std::int32_t>(leap_day), DayKind::holiday}};
    TestRating leap(PricePlan::freeze(terms).value(), month("2028-02-29"));
    ASSERT_TRUE(leap.add({at("2028-02-28", 23 * 60), at("2028-02-29", 60)}, 1));
    EXPECT_EQ(leap.sum(), Money{2 * 5 * kYuan});
    ASSERT_TRUE(leap.add({at("2028-02-29", 23 * 60), at("2028-03-01")}, 1));
    EXPECT_EQ(leap.sum(), Money{(2 * 5 + 2) * kYuan});
}

TEST(Rating, shortfall_is_charged_when_the_period_closes) {
    Component cards = flat(Unit::card_hour, 10 * kYuan);
    cards.commitment = {.units = 720, .shortfall_price = Money{6 * kYuan}};
    TestRating rating(plan_of({cards}), month("2026-11-01"));
    ASSERT_TRUE(rating.add(between("2026-11-01", "2026-11-02"), 10));
    ASSERT_TRUE(rating.close());
    EXPECT_EQ(rating.sum(), Money{(2'400 + 480 * 6) * kYuan});
    // A correction after the close, and the close again: the difference alone.
    ASSERT_TRUE(rating.take_back(between("2026-11-01", "2026-11-02"), 1));
    ASSERT_TRUE(rating.close());
    EXPECT_EQ(rating.sum(), Money{(2'160 + 504 * 6) * kYuan});
    ASSERT_TRUE(rating.add(between("2026-11-02", "2026-11-23"), 2));
    ASSERT_TRUE(rating.close());
    EXPECT_EQ(rating.sum(), Money{(2'160 + 10'080) * kYuan});
    const std::size_t rows = rating.rows.size();
    ASSERT_TRUE(rating.close());
    EXPECT_EQ(rating.rows.size(), rows);
}

TEST(Rating, commitment_is_less_for_a_part_of_the_period) {
    Component cards = flat(Unit::card_hour, 10 * kYuan);
    cards.commitment = {.units = 2'900, .shortfall_price = Money{kYuan}};
    TestRating rating(plan_of({cards}), between("2028-02-29", "2028-03-01"));
    ASSERT_TRUE(rating.close());
    EXPECT_EQ(rating.sum(), Money{100 * kYuan});
}

/// Ten jobs a month are ten in its thirds too, though none has three and a third.
TEST(Rating, commitments_of_the_parts_of_a_period_add_up_to_its_own) {
    Component jobs = flat(Unit::job, kYuan);
    jobs.commitment = {.units = 10, .shortfall_price = Money{kYuan}};
    Money sum;
    for (const auto& [first, next] : {std::pair{"2026-11-01", "2026-11-11"},
                                      {"2026-11-11", "2026-11-21"},
                                      {"2026-11-21", "2026-12-01"}}) {
        TestRating rating(plan_of({jobs}), between(first, next));
        ASSERT_TRUE(rating.close());
        EXPECT_GE(rating.sum(), Money{3 * kYuan});
        sum += rating.sum();
    }
    EXPECT_EQ(sum, Money{10 * kYuan});
}

Component with_policy(MissingUsage policy) {
    Component cards = flat(Unit::card_hour, 10 * kYuan);
    cards.bands = {
        {.name = "night", .price = Money{5 * kYuan}, .from_minute = 0, .to_minute = 360}};
    cards.commitment = {.units = 720, .shortfall_price = Money{}};
    cards.missing_usage = policy;
    return cards;
}

TEST(Rating, missing_usage_is_charged_as_the_component_says) {
    const MissingTime missing{.component = 0,
                              .intervals = {between("2026-11-05", "2026-11-06"),
                                            {at("2026-11-07"), at("2026-11-07", 360)}},
                              .earlier = EarlierUsage{{4 * 744 * kHour.ns}, 744 * kHour.ns}};
    const auto charged = [&](MissingUsage policy) {
        TestRating rating(plan_of({with_policy(policy)}), month("2026-11-01"));
        EXPECT_TRUE(rating.close({missing}));
        return rating.sum();
    };
    EXPECT_EQ(charged(MissingUsage::zero), Money{});
    // Four cards on the mean, for 12 hours of night and 18 of day.
    EXPECT_EQ(charged(MissingUsage::estimate), Money{4 * (12 * 5 + 18 * 10) * kYuan});
    // One card-hour an hour is committed.
    EXPECT_EQ(charged(MissingUsage::committed), Money{(12 * 5 + 18 * 10) * kYuan});
    TestRating refused(plan_of({with_policy(MissingUsage::refuse)}), month("2026-11-01"));
    EXPECT_EQ(refusal(refused.close({missing})), kUsageMissing.reason);
    EXPECT_TRUE(refused.rows.empty());
    EXPECT_TRUE(refused.close());
}

/// A node that was there all of February's reported time is estimated to be one in March too.
TEST(Rating, estimates_the_mean_level_whatever_the_lengths_of_the_months) {
    Component nodes = flat(Unit::node_month, 3'100 * kYuan);
    nodes.missing_usage = MissingUsage::estimate;
    TestRating february(plan_of({nodes}), month("2026-02-01"));
    ASSERT_TRUE(february.add(between("2026-02-01", "2026-02-15"), 1));
    const Interval missing = between("2026-02-15", "2026-03-01");
    const EarlierUsage earlier = february.rating.reported(february.plan, 0, {&missing, 1});
    TestRating march(plan_of({nodes}), month("2026-03-01"));
    ASSERT_TRUE(march.close({{0, {month("2026-03-01")}, earlier}}));
    EXPECT_EQ(march.sum(), Money{3'100 * kYuan});
    TestRating day(plan_of({nodes}), month("2026-03-01"));
    ASSERT_TRUE(day.close({{0, {between("2026-03-31", "2026-04-01")}, earlier}}));
    EXPECT_EQ(day.sum(), Money{100 * kYuan});
}

TEST(Rating, late_usage_replaces_its_estimate) {
    TestRating rating(plan_of({with_policy(MissingUsage::estimate)}), month("2026-11-01"));
    const Interval day = between("2026-11-05", "2026-11-06");
    const EarlierUsage earlier{{2 * kHour.ns}, kHour.ns};
    ASSERT_TRUE(rating.close({{0, {day}, earlier}}));
    EXPECT_EQ(rating.sum(), Money{2 * (6 * 5 + 18 * 10) * kYuan});
    EXPECT_EQ(refusal(rating.take_back(day, 1)), kUsageNotCharged.reason);
    ASSERT_TRUE(rating.add(day, 1));
    ASSERT_TRUE(rating.close());
    EXPECT_EQ(rating.sum(), Money{(6 * 5 + 18 * 10) * kYuan});
    EXPECT_EQ(rating.rating.used(0), Quantity{24 * kHour.ns});
    EXPECT_EQ(refusal(rating.close({{0, {day}, std::nullopt}})), kEarlierUsageMissing.reason);
}

TEST(Rating, refuses_usage_that_cannot_be) {
    Component moved = flat(Unit::gb_moved, kYuan);
    moved.bands = {{.name = "night", .price = Money{1}, .from_minute = 0, .to_minute = 360}};
    TestRating rating(plan_of({flat(Unit::card_hour, kYuan), moved}), month("2026-11-01"));
    const Interval day = between("2026-11-05", "2026-11-06");
    EXPECT_EQ(refusal(rating.add(day, 1, 2)), kUsageComponentUnknown.reason);
    EXPECT_EQ(refusal(rating.add(day, -1)), kUsageQuantityInvalid.reason);
    EXPECT_EQ(refusal(rating.add(day, kUsageQuantityMax + 1)), kUsageQuantityInvalid.reason);
    EXPECT_EQ(refusal(rating.add({day.start, day.start}, 1)), kUsageIntervalInvalid.reason);
    EXPECT_EQ(refusal(rating.add({day.end, day.start}, 1, 1)), kUsageIntervalInvalid.reason);
    EXPECT_EQ(refusal(rating.add(between("2026-10-31", "2026-11-02"), 1)),
              kUsageOutsidePeriod.reason);
    EXPECT_EQ(refusal(rating.add({at("2026-12-01"), at("2026-12-01")}, 1, 1)),
              kUsageOutsidePeriod.reason);
    EXPECT_EQ(refusal(rating.add({at("2026-11-30"), at("2026-12-01") + Duration{1}}, 1)),
              kUsageOutsidePeriod.reason);
    EXPECT_EQ(refusal(rating.add(day, 1, 1)), kUsageSpansBands.reason);
    EXPECT_EQ(refusal(rating.take_back(day, 1)), kUsageNotCharged.reason);
    EXPECT_EQ(refusal(rating.close({{7, {}, {}}})), kUsageComponentUnknown.reason);
    EXPECT_EQ(refusal(rating.close({{0, {}, {}}, {0, {}, {}}})), kMissingIntervalsInvalid.reason);
    EXPECT_EQ(refusal(rating.close({{0, {day, day}, {}}})), kMissingIntervalsInvalid.reason);
    EXPECT_EQ(refusal(rating.close({{0, {between("2026-10-05", "2026-11-05")}, {}}})),
              kMissingIntervalsInvalid.reason);
    EXPECT_TRUE(rating.rows.empty());
    std::vector<ChargeRow> rows;
    for (const Interval& wrong :
         {between("2026-11-05", "2026-12-02"), Interval{}, Interval{Instant{-1}, Instant{5}}}) {
        EXPECT_EQ(Rating::open(rating.plan, wrong, rows).error().reason(),
                  kRatingPeriodInvalid.reason);
    }
}

TEST(Rating, reaches_the_largest_amount_and_not_beyond) {
    // A month of bytes stored has the most parts of all units.
    TestRating rating(plan_of({flat(Unit::gb_month, kUnitPriceMax.micros)}), month("2028-02-01"));
    constexpr std::int64_t kBytes = 1'000'000'000'000;  // 10^3 GB × 10^15 micros = 10^18.
    ASSERT_TRUE(rating.add(month("2028-02-01"), kBytes));
    EXPECT_EQ(rating.sum(), kMoneyMax);
    const std::vector<ChargeRow> rows = rating.rows;
    EXPECT_EQ(refusal(rating.add(month("2028-02-01"), 1)), kChargeTooLarge.reason);
    EXPECT_EQ(refusal(rating.add(month("2028-02-01"), kUsageQuantityMax)), kChargeTooLarge.reason);
    EXPECT_EQ(rating.rows, rows);
    ASSERT_TRUE(rating.take_back(month("2028-02-01"), kBytes));
    EXPECT_EQ(rating.sum(), Money{});
}

TEST(Rating, closing_again_refuses_nothing_that_is_too_large_on_the_way_only) {
    Component jobs = flat(Unit::job, kUnitPriceMax.micros);
    jobs.commitment = {.units = 1'000, .shortfall_price = kUnitPriceMax};
    jobs.missing_usage = MissingUsage::estimate;
    TestRating rating(plan_of({jobs}), month("2026-11-01"));
    ASSERT_TRUE(rating.close());
    EXPECT_EQ(rating.sum(), kMoneyMax);
    // A job is estimated, and one less falls short.
    const MissingTime missing{0, {month("2026-11-01")}, EarlierUsage{{1}, 30 * kDay.ns}};
    EXPECT_EQ(refusal(rating.close({missing})), "");
    EXPECT_EQ(rating.sum(), kMoneyMax);
    EXPECT_EQ(refusal(rating.close()), "");
    EXPECT_EQ(rating.sum(), kMoneyMax);
}

TEST(Rating, what_costs_nothing_has_an_end_too) {
    Component stored = flat(Unit::gb_month, 0);
    stored.missing_usage = MissingUsage::estimate;
    TestRating rating(plan_of({stored}), month("2026-02-01"));
    const Interval whole = month("2026-02-01");
    const auto close = [&](Wide parts) {
        return refusal(rating.close(
            {{0, {whole}, EarlierUsage{{parts}, time_weight(whole, Unit::gb_month, kChina)}}}));
    };
    EXPECT_EQ(close(Wide{1} << 121), kChargeTooLarge.reason);
    EXPECT_TRUE(rating.rows.empty());
    EXPECT_EQ(close(Wide{1} << 120), "");
    EXPECT_EQ(refusal(rating.add(whole, 1)), kChargeTooLarge.reason);
    EXPECT_EQ(rating.sum(), Money{});
}

TEST(Rating, a_refused_step_leaves_no_part_of_itself) {
    TestRating rating(
        plan_of({tiered(Unit::job, Tiering::graduated, {{1, Money{1}}, {0, kUnitPriceMax}})}),
        month("2026-11-01"));
    const Interval day = between("2026-11-02", "2026-11-03");
    EXPECT_EQ(refusal(rating.add(day, 1'002)), kChargeTooLarge.reason);
    EXPECT_TRUE(rating.rows.empty());
    EXPECT_EQ(rating.rating.used(0), Quantity{});
    EXPECT_TRUE(rating.add(day, 1'000));
}

TEST(Rating, goes_on_from_an_archive) {
    TestRating rating(plan_of({by_time(), tiered(Unit::job, Tiering::volume, kTiers)}),
                      month("2026-11-01"));
    const Interval day = between("2026-11-02", "2026-11-03");
    ASSERT_TRUE(rating.add(day, 7));
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(rating.rating);
    TestRating again = rating;
    again.rating = Rating();
    ArchiveReader reader(bytes);
    reader(again.rating);
    ASSERT_TRUE(reader.ok());
    EXPECT_TRUE(again.rating.fits(again.plan));
    for (TestRating* one : {&rating, &again}) {
        ASSERT_TRUE(one->add(day, 500, 1));
        ASSERT_TRUE(one->take_back(day, 3));
    }
    EXPECT_EQ(again.rows, rating.rows);
}

TEST(Rating, knows_what_cannot_be_an_account_of_a_plan) {
    TestRating rating(plan_of({by_time()}), month("2026-11-01"));
    ASSERT_TRUE(rating.add(between("2026-11-02", "2026-11-03"), 7));
    EXPECT_TRUE(rating.rating.fits(rating.plan));
    EXPECT_FALSE(rating.rating.fits(plan_of({flat(Unit::job, 1)})));
    EXPECT_FALSE(Rating().fits(rating.plan));
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(rating.rating);
    // Charged, exact, shortfall, and what was used at night.
    for (const std::size_t from_end : {1U, 8U, 9U, 25U, 72U}) {
        std::string damaged = bytes;
        damaged[damaged.size() - from_end] ^= '\x80';
        Rating again;
        ArchiveReader reader(damaged);
        reader(again);
        EXPECT_FALSE(reader.ok() && again.fits(rating.plan)) << from_end;
    }
}

}  // namespace
}  // namespace penstock::pricing
