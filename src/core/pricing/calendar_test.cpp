#include "core/pricing/calendar.h"

#include <gtest/gtest.h>

#include "core/pricing/quantity.h"

namespace penstock::pricing {
namespace {

constexpr UtcOffset kChina{480};
constexpr Duration kDay = seconds(86'400);

Instant at(const char* date, std::int32_t minute = 0, UtcOffset offset = kChina) {
    return instant_of(parse_date(date).value(), minute, offset);
}
Wide months(Interval interval, UtcOffset offset = kChina) {
    return calendar_parts(interval, CalendarUnit::month, offset);
}

TEST(PricingCalendar, knows_instants_by_their_local_date) {
    // 2026-11-22T10:07:00Z, from date(1).
    const Instant instant{1'795'342'020'000'000'000};
    EXPECT_EQ(at("2026-11-22", 18 * 60 + 7), instant);
    EXPECT_EQ(local_minute(instant, kChina).minute, 18 * 60 + 7);
    EXPECT_EQ(local_minute(instant, UtcOffset{-660}).day, parse_date("2026-11-21"));
    EXPECT_EQ(local_minute(Instant{0}, UtcOffset{-1}).minute, 1'439);
    EXPECT_EQ(local_minute(Instant{0}, UtcOffset{-1}).day, parse_date("1969-12-31"));
}

TEST(PricingCalendar, finds_the_unit_around_an_instant) {
    const auto month = [](Instant of) {
        return calendar_unit_around(of, CalendarUnit::month, kChina);
    };
    EXPECT_EQ(month(at("2028-02-29", 1'439)), (Interval{at("2028-02-01"), at("2028-03-01")}));
    EXPECT_EQ(month(at("2027-12-31")), (Interval{at("2027-12-01"), at("2028-01-01")}));
    // The last instant before midnight here is on the day before there.
    const Instant last = at("2028-03-01") - Duration{1};
    EXPECT_EQ(month(last).end, at("2028-03-01"));
    EXPECT_EQ(calendar_unit_around(last, CalendarUnit::month, UtcOffset{0}).end,
              at("2028-03-01", 0, UtcOffset{0}));
    // 2028-02-29 is a Tuesday.
    EXPECT_EQ(calendar_unit_around(at("2028-02-29"), CalendarUnit::week, kChina),
              (Interval{at("2028-02-28"), at("2028-03-06")}));
    EXPECT_EQ(calendar_unit_around(at("2028-02-28") - Duration{1}, CalendarUnit::week, kChina),
              (Interval{at("2028-02-21"), at("2028-02-28")}));
    EXPECT_EQ(calendar_unit_around(at("2028-02-29", 77), CalendarUnit::day, kChina),
              (Interval{at("2028-02-29"), at("2028-03-01")}));
}

TEST(PricingCalendar, gives_every_whole_month_the_same_parts) {
    const Wide whole = parts_per(CalendarUnit::month);
    for (const auto& [first, next, days] : {std::tuple{"2026-02-01", "2026-03-01", 28},
                                            {"2028-02-01", "2028-03-01", 29},
                                            {"2026-04-01", "2026-05-01", 30},
                                            {"2026-12-01", "2027-01-01", 31},
                                            {"2100-02-01", "2100-03-01", 28},
                                            {"2000-02-01", "2000-03-01", 29}}) {
        EXPECT_EQ((at(next) - at(first)).ns, days * kDay.ns) << first;
        EXPECT_TRUE(months({at(first), at(next)}) == whole) << first;
        EXPECT_TRUE(months({at(first), at(first) + kDay}) * days == whole) << first;
    }
    // A year of months, leap day included, and from the middle of one month to that of another.
    EXPECT_TRUE(months({at("2028-01-01"), at("2029-01-01")}) == 12 * whole);
    EXPECT_TRUE(months({at("2028-02-15"), at("2028-03-15")}) == whole * 15 / 29 + whole * 14 / 31);
}

TEST(PricingCalendar, counts_the_seconds_that_begin_in_an_interval) {
    const auto days = [](std::int64_t start, std::int64_t end) {
        return calendar_parts({Instant{start}, Instant{end}}, CalendarUnit::day, kChina);
    };
    EXPECT_TRUE(days(0, 1) == 1);
    EXPECT_TRUE(days(1, 1'000'000'000) == 0);
    EXPECT_TRUE(days(1, 1'000'000'001) == 1);
    EXPECT_TRUE(days(0, 86'400'000'000'000) == 86'400);
    EXPECT_TRUE(days(5, 5) == 0);
}

TEST(PricingCalendar, reads_dates_that_exist_alone) {
    EXPECT_TRUE(parse_date("2028-02-29"));
    EXPECT_TRUE(parse_date("2000-02-29"));
    for (const char* wrong :
         {"2026-02-29", "2100-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-1-01",
          "2026-01-1 ", "2026/01/01", "", "+026-01-01", "2026-01-011"}) {
        EXPECT_FALSE(parse_date(wrong)) << wrong;
    }
}

TEST(PricingQuantity, is_written_as_a_decimal) {
    EXPECT_EQ(to_decimal({0}, Unit::job), "0");
    EXPECT_EQ(to_decimal({-7}, Unit::job), "-7");
    EXPECT_EQ(to_decimal({5'400'000'000'000}, Unit::card_hour), "1.5");
    EXPECT_EQ(to_decimal({-1'500'000}, Unit::million_tokens), "-1.5");
    EXPECT_EQ(to_decimal({1}, Unit::gb_moved), "0.000000001");
    EXPECT_EQ(to_decimal({1}, Unit::node_month), "0");
    EXPECT_EQ(to_decimal({parts_per(Unit::gb_month) / 3}, Unit::gb_month), "0.333333333");
}

TEST(PricingQuantity, shares_are_rounded_down_and_overflow_only_when_too_large) {
    EXPECT_TRUE(share_of(10, 1, 3) == Wide{3});
    EXPECT_TRUE(share_of(Wide{1} << 120, 5, 5) == Wide{1} << 120);
    EXPECT_TRUE(share_of((Wide{1} << 126) + 1, INT64_MAX, INT64_MAX) == (Wide{1} << 126) + 1);
    EXPECT_FALSE(share_of(Wide{1} << 126, 4, 1));
}

}  // namespace
}  // namespace penstock::pricing
