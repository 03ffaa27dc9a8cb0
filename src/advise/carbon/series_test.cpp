#include "advise/carbon/series.h"

#include <gtest/gtest.h>

#include "advise/carbon/decimal.h"
#include "advise/carbon/error.h"
#include "advise/carbon/job_list.h"

namespace penstock::carbon {
namespace {

TEST(CarbonSeries, reads_the_last_column_in_thousandths) {
    const auto series = HourlySeries::parse("hour,value\n0,144.64\n1,7\n2,0.125\n", "s.csv");
    ASSERT_TRUE(series);
    EXPECT_EQ(series->hours(), 3);
    EXPECT_EQ(series->at(3599), 144'640);
    EXPECT_EQ(series->at(3600), 7000);
    EXPECT_EQ(series->at(2 * 3600), 125);
}

TEST(CarbonSeries, refuses_what_is_no_value_and_says_where) {
    for (const char* value :
         {"-1", "1e3", "nan", "", "0.1234", "100000.001", "99999999999999999999"}) {
        const auto series = HourlySeries::parse(std::string("v\n5\n") + value + "\n7\n", "s.csv");
        ASSERT_FALSE(series) << value;
        EXPECT_EQ(series.error().number(), kSeriesInvalid.number) << value;
        EXPECT_NE(series.error().detail().find("s.csv:3"), std::string::npos) << value;
    }
    EXPECT_FALSE(HourlySeries::parse("v\n", "s.csv"));
}

TEST(CarbonSeries, sums_parts_of_hours) {
    const HourlySeries series({1000, 2000, 3000});
    EXPECT_EQ(series.sum({0, 10'800}), 6000 * 3600);
    EXPECT_EQ(series.sum({3599, 3602}), 1000 + 2 * 2000);
    EXPECT_EQ(series.sum({5000, 5000}), 0);
    EXPECT_EQ(emitted(series, {{0, 1}, {7200, 7201}}), 4000);
}

TEST(CarbonSeries, has_no_part_beyond_its_end) {
    const HourlySeries series({1, 2, 3});
    EXPECT_EQ(series.part(1, 2)->at(3600), 3);
    EXPECT_EQ(series.part(1, 3).error().number(), kSeriesTooShort.number);
    EXPECT_FALSE(series.part(-1, 1));
    EXPECT_FALSE(series.part(0, INT64_MAX));
}

TEST(CarbonSeries, decimals_have_at_most_three_places) {
    EXPECT_EQ(parse_thousandths("12.5", 100), 12'500);
    EXPECT_EQ(parse_thousandths("100", 100), 100'000);
    for (const char* text : {"100.001", "101", "+1", " 1", "1.", ".5", "1.2.3"})
        EXPECT_FALSE(parse_thousandths(text, 100)) << text;
}

TEST(JobList, puts_jobs_below_two_hours_in_the_short_queue) {
    const auto list = JobList::parse(
        "arrival_time,length,cpus\n0.0,3600.0,1\n5,7199,2\n6.5,7200,1\n7,21600,4\n", "j.csv");
    ASSERT_TRUE(list);
    ASSERT_EQ(list->jobs.size(), 4U);
    EXPECT_EQ(list->jobs[2].arrival, 6);
    EXPECT_EQ(list->queue_of(list->jobs[1]).wait_limit, 6 * kHour);
    EXPECT_EQ(list->queue_of(list->jobs[2]).wait_limit, kDay);
    EXPECT_EQ(list->queues[0].mean_length, (3600 + 7199 + 7200) / 3);
    EXPECT_EQ(list->queues[1].mean_length, (7200 + 21'600) / 2);
}

TEST(JobList, refuses_absurd_jobs_by_column) {
    const auto field = [](const std::string& row) {
        return JobList::parse("arrival_time,length,cpus\n" + row + "\n", "j.csv").error().field();
    };
    EXPECT_EQ(field("-1,5,1"), "arrival_time");
    EXPECT_EQ(field("0,0,1"), "length");
    EXPECT_EQ(field("0,1e9,1"), "length");
    EXPECT_EQ(field("0,99999999999,1"), "length");
    EXPECT_EQ(field("0,5,0"), "cpus");
    EXPECT_FALSE(JobList::parse("arrival_time,length\n0,5\n", "j.csv"));
    EXPECT_FALSE(JobList::parse("arrival_time,length,cpus\n", "j.csv"));
}

}  // namespace
}  // namespace penstock::carbon
