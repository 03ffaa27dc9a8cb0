#include "advise/carbon/replay.h"

#include <algorithm>
#include <string>
#include <utility>

#include "advise/carbon/error.h"
#include "advise/carbon/expected_carbon.h"
#include "advise/carbon/start_time.h"
#include "advise/carbon/suspend.h"
#include "base/assert.h"
#include "base/try.h"

namespace penstock::carbon {

namespace {

/// What NoWait emits with AU-SA 2022, hours 7000 to 7720, and pai_1k.csv.
constexpr Wide kPublishedAtOnce = 2'024'242'460'500;

std::vector<Segment> without_break(const Job& job, std::int64_t start) {
    return {{start, start + job.length}};
}

std::vector<Segment> run_of(const HourlySeries& series, const Job& job, const Queue& queue,
                            Policy policy, WaitAccount& account) {
    const SuspendableJob whole{job.arrival, job.length, queue.wait_limit};
    const HiddenJob hidden{job.arrival, job.length};
    switch (policy) {
        case Policy::no_wait:
            return without_break(job, job.arrival);
        case Policy::lowest_slot:
            return without_break(job, lowest_slot(series, job.arrival, queue));
        case Policy::lowest_window:
            return without_break(job, lowest_window(series, job.arrival, queue));
        case Policy::carbon_time:
            return without_break(job, carbon_time(series, job.arrival, queue));
        case Policy::ecovisor:
            return ecovisor(series, whole);
        case Policy::expected_carbon:
            return expected_carbon(series, hidden, queue, Forecast::at_arrival, account);
        case Policy::expected_carbon_rolling:
            return expected_carbon(series, hidden, queue, Forecast::rolling, account);
        case Policy::wait_awhile:
            return wait_awhile(series, whole);
    }
    PENSTOCK_ASSERT(false);
}

/// The last second that any policy may look at or run in.
std::int64_t last_look(const Job& job, const Queue& queue) {
    const std::int64_t run =
        job.arrival + queue.wait_limit + std::max(job.length, queue.mean_length);
    return std::max(run + kDay, job.arrival + kDay);
}

}  // namespace

Result<PolicyFacts> find_policy(std::string_view name) {
    std::string all;
    for (const PolicyFacts& facts : kPolicies) {
        if (facts.name == name) return facts;
        all += (all.empty() ? "" : ", ") + std::string(facts.name);
    }
    return reject(kPolicyUnknown, "policy", "Known are " + all + ".");
}

std::vector<std::vector<Segment>> schedule(const HourlySeries& series, const JobList& list,
                                           Policy policy) {
    std::vector<std::size_t> order(list.jobs.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return list.jobs[i].arrival; });
    std::vector<std::vector<Segment>> runs(list.jobs.size());
    WaitAccount account;
    for (const std::size_t i : order)
        runs[i] = run_of(series, list.jobs[i], list.queue_of(list.jobs[i]), policy, account);
    return runs;
}

Result<Outcome> replay(const HourlySeries& series, const JobList& list, Policy policy) {
    for (const Job& job : list.jobs) {
        if (last_look(job, list.queue_of(job)) <= series.end()) continue;
        return reject(kSeriesTooShort, {},
                      "A job that arrives at " + std::to_string(job.arrival) + " s and runs " +
                          std::to_string(job.length) + " s needs " +
                          std::to_string(last_look(job, list.queue_of(job)) / kHour + 1) +
                          " hours; there are " + std::to_string(series.hours()) + ".");
    }
    const auto runs = schedule(series, list, policy);
    Outcome outcome;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Job& job = list.jobs[i];
        outcome.emitted += Wide{emitted(series, runs[i])} * job.cores;
        outcome.waited += runs[i].back().end - job.arrival - job.length;
        outcome.parts += std::ssize(runs[i]);
        for (const Segment& part : runs[i]) outcome.parts_waited += part.start - job.arrival;
    }
    return outcome;
}

double normalised(const Outcome& outcome, const Outcome& at_once) {
    if (at_once.emitted == 0) return 1;
    return static_cast<double>(outcome.emitted) / static_cast<double>(at_once.emitted);
}

double mean_wait_hours(const Outcome& outcome, const JobList& list) {
    return static_cast<double>(outcome.waited) / static_cast<double>(kHour) /
           static_cast<double>(list.jobs.size());
}

double mean_part_wait_hours(const Outcome& outcome) {
    return static_cast<double>(outcome.parts_waited) / static_cast<double>(kHour) /
           static_cast<double>(outcome.parts);
}

bool is_published_setting(const Outcome& at_once) {
    return at_once.emitted == kPublishedAtOnce;
}

}  // namespace penstock::carbon
