#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "advise/carbon/expected_carbon.h"
#include "advise/carbon/replay.h"
#include "advise/carbon/suspend.h"
#include "advise/carbon/test_series.h"

namespace penstock::carbon {
namespace {

Job any_job() {
    Job job;
    job.arrival = *rc::gen::inRange<std::int64_t>(0, 4 * kDay);
    job.length = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(1, 2 * kHour),
                                 rc::gen::inRange<std::int64_t>(2 * kHour, 40 * kHour));
    job.cores = *rc::gen::inRange<std::int64_t>(1, 9);
    return job;
}

HourlySeries any_series() {
    if (*rc::gen::arbitrary<bool>())
        return uneven_days(20 * 24, *rc::gen::inRange<std::uint32_t>(0, 1000));
    return HourlySeries(*rc::gen::container<std::vector<std::int64_t>>(
        20 * 24, rc::gen::inRange<std::int64_t>(0, 400'000)));
}

RC_GTEST_PROP(StartPolicies, every_job_runs_its_length_in_order_and_within_its_wait, ()) {
    std::vector<Job> jobs;
    for (int i = 0; i < 4; ++i) jobs.push_back(any_job());
    const JobList list = JobList::of(jobs);
    const HourlySeries series = any_series();
    for (const PolicyFacts& facts : kPolicies) {
        const auto runs = schedule(series, list, facts.policy);
        RC_ASSERT(runs.size() == jobs.size());
        for (std::size_t i = 0; i < runs.size(); ++i) {
            std::int64_t length = 0;
            std::int64_t before = jobs[i].arrival - 1;
            for (const Segment& part : runs[i]) {
                RC_ASSERT(part.start > before && part.start < part.end);
                before = part.end;
                length += part.length();
            }
            RC_ASSERT(length == jobs[i].length);
            RC_ASSERT(runs[i].back().end <=
                      jobs[i].arrival + jobs[i].length + list.queue_of(jobs[i]).wait_limit);
        }
    }
}

RC_GTEST_PROP(StartPolicies, none_emits_less_than_the_optimum, ()) {
    const JobList list = JobList::of({any_job()});
    const HourlySeries series = any_series();
    const auto least = replay(series, list, Policy::wait_awhile);
    for (const PolicyFacts& facts : kPolicies)
        RC_ASSERT(replay(series, list, facts.policy)->emitted >= least->emitted);
}

/// What of a run lies before an instant.
std::vector<Segment> before(const std::vector<Segment>& run, std::int64_t instant) {
    std::vector<Segment> cut;
    for (const Segment& part : run) {
        if (part.start < instant) cut.push_back({part.start, std::min(part.end, instant)});
    }
    return cut;
}

const Queue kLong{.wait_limit = kDay, .mean_length = 6 * kHour, .shortest = 7200, .longest = 0};
const Queue kShort{.wait_limit = 6 * kHour, .mean_length = kHour, .shortest = 0, .longest = 7200};

std::vector<Segment> ours(const HourlySeries& series, const HiddenJob& job, const Queue& queue,
                          Forecast forecast) {
    WaitAccount account;
    return expected_carbon(series, job, queue, forecast, account);
}

RC_GTEST_PROP(ExpectedCarbon, knows_no_length_before_the_end, ()) {
    const HourlySeries series = any_series();
    const Queue queue = *rc::gen::element(kLong, kShort);
    const auto forecast = *rc::gen::element(Forecast::at_arrival, Forecast::rolling);
    const auto arrival = *rc::gen::inRange<std::int64_t>(0, 4 * kDay);
    const auto length = *rc::gen::inRange<std::int64_t>(1, 30 * kHour);
    const auto longer = length + *rc::gen::inRange<std::int64_t>(1, 30 * kHour);
    const auto first = ours(series, {arrival, length}, queue, forecast);
    const auto second = ours(series, {arrival, longer}, queue, forecast);
    RC_ASSERT(before(second, first.back().end) == first);
}

/// The same until then, and anything after.
HourlySeries other_from(const HourlySeries& series, std::int64_t changed) {
    std::vector<std::int64_t> values;
    for (std::int64_t hour = 0; hour < series.hours(); ++hour)
        values.push_back(hour * kHour < changed ? series.hour(hour)
                                                : *rc::gen::inRange<std::int64_t>(0, 400'000));
    return HourlySeries(values);
}

RC_GTEST_PROP(ExpectedCarbon, looks_24_hours_ahead_and_then_at_the_present_alone, ()) {
    const HourlySeries series = any_series();
    const auto arrival = *rc::gen::inRange<std::int64_t>(0, 4 * kDay);
    const auto changed =
        next_hour(arrival + kDay - 1) + *rc::gen::inRange<std::int64_t>(0, 40) * kHour;
    const HiddenJob job{arrival, 50 * kHour};
    const auto first = ours(series, job, kLong, Forecast::at_arrival);
    const auto second = ours(other_from(series, changed), job, kLong, Forecast::at_arrival);
    RC_ASSERT(before(first, changed) == before(second, changed));
}

RC_GTEST_PROP(ExpectedCarbon, rolling_looks_24_hours_ahead_at_each_hour, ()) {
    const HourlySeries series = any_series();
    const auto arrival = *rc::gen::inRange<std::int64_t>(0, 4 * kDay);
    const auto changed =
        next_hour(arrival + kDay - 1) + *rc::gen::inRange<std::int64_t>(0, 30) * kHour;
    const HiddenJob job{arrival, 50 * kHour};
    const auto first = ours(series, job, kLong, Forecast::rolling);
    const auto second = ours(other_from(series, changed), job, kLong, Forecast::rolling);
    const std::int64_t unaware = changed - kDay;
    RC_ASSERT(before(first, unaware) == before(second, unaware));
}

TEST(ExpectedCarbon, runs_at_once_where_every_hour_is_alike) {
    const HourlySeries series(std::vector<std::int64_t>(200, 300'000));
    EXPECT_EQ(ours(series, {1000, 9 * kHour}, kLong, Forecast::at_arrival),
              (std::vector<Segment>{{1000, 1000 + 9 * kHour}}));
}

TEST(ExpectedCarbon, lets_unused_waiting_pass_to_later_jobs_and_takes_no_more) {
    const HourlySeries series = uneven_days(10 * 24, 3);
    WaitAccount account;
    WaitAccount overdrawn{-10.0 * kDay};
    expected_carbon(series, {3 * kHour, kHour}, kLong, Forecast::at_arrival, account);
    EXPECT_GE(account.seconds, 0);
    const auto run =
        expected_carbon(series, {3 * kHour, kHour}, kLong, Forecast::at_arrival, overdrawn);
    EXPECT_EQ(run, (std::vector<Segment>{{3 * kHour, 4 * kHour}}));
    EXPECT_GE(overdrawn.seconds, -10.0 * kDay);
}

}  // namespace
}  // namespace penstock::carbon
