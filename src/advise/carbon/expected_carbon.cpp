#include "advise/carbon/expected_carbon.h"

#include <algorithm>
#include <utility>

#include "advise/carbon/hour_plan.h"
#include "advise/carbon/outlook.h"
#include "advise/carbon/run_log.h"
#include "advise/carbon/suspend.h"

namespace penstock::carbon {

namespace {

constexpr int kBisections = 14;

/// One job under way, and what is decided for it.
class Course {
  public:
    Course(const HourlySeries& series, std::int64_t arrival, const Queue& queue, Forecast forecast)
        : series_(series),
          arrival_(arrival),
          queue_(queue),
          forecast_(forecast),
          planner_(queue, next_hour(arrival) - arrival),
          deviation_(deviation_of_day(series, arrival / kHour)),
          wait_price_(kWaitPrice * deviation_) {}

    /// The first plan, with a price of waiting by which the account is not overdrawn.
    HourPlan arrive(WaitAccount& account);
    HourPlan replan(std::int64_t now, std::int64_t waited) const;
    /// Whether more is known at `now` than when the last plan was made.
    bool learns(std::int64_t now) const {
        return forecast_ == Forecast::rolling || now / kHour > last_of_day();
    }

  private:
    std::int64_t last_of_day() const { return (arrival_ + kDay - 1) / kHour; }
    std::vector<double> values_from(std::int64_t now, std::int64_t hours) const;
    std::int64_t horizon() const { return (queue_.wait_limit + kHour - 1) / kHour + 24; }
    double ecovisor_wait() const;

    const HourlySeries& series_;
    std::int64_t arrival_;
    const Queue& queue_;
    Forecast forecast_;
    HourPlanner planner_;
    double deviation_;
    double wait_price_;
};

std::vector<double> Course::values_from(std::int64_t now, std::int64_t hours) const {
    const std::int64_t last = forecast_ == Forecast::rolling ? (now + kDay - 1) / kHour
                                                             : std::max(last_of_day(), now / kHour);
    return outlook(series_, {arrival_ / kHour, last}, now / kHour, hours);
}

HourPlan Course::replan(std::int64_t now, std::int64_t waited) const {
    return planner_.plan(values_from(now, horizon()),
                         {now - arrival_, waited, next_hour(now) - now}, wait_price_);
}

/// How long Ecovisor is expected to keep the job waiting, by the same belief and outlook.
double Course::ecovisor_wait() const {
    const double threshold = static_cast<double>(ecovisor_threshold_tenths(series_, arrival_)) / 10;
    std::int64_t waited = 0;
    std::int64_t now = arrival_;
    double expected = 0;
    // By then nearly every job has ended, or has waited as long as it may.
    for (const double value : values_from(arrival_, 4 * 24)) {
        if (waited == queue_.wait_limit) break;
        const std::int64_t end = next_hour(now);
        if (value >= threshold) {
            const std::int64_t wait = std::min(end - now, queue_.wait_limit - waited);
            const std::int64_t worked = now - arrival_ - waited;
            expected +=
                static_cast<double>(wait) * planner_.prior().survival(static_cast<double>(worked));
            waited += wait;
        }
        now = end;
    }
    return expected;
}

HourPlan Course::arrive(WaitAccount& account) {
    const double ecovisor = kWaitShare * ecovisor_wait();
    const double allowed = std::max(0.0, ecovisor + account.seconds);
    HourPlan plan = replan(arrival_, 0);
    if (plan.expected_wait > allowed) {
        double low = wait_price_;
        double high = 4 * deviation_ + 1;
        plan = {};  // Running at once.
        for (int step = 0; step < kBisections; ++step) {
            wait_price_ = (low + high) / 2;
            HourPlan tried = replan(arrival_, 0);
            if (tried.expected_wait > allowed) {
                low = wait_price_;
            } else {
                high = wait_price_;
                plan = std::move(tried);
            }
        }
        wait_price_ = high;
    }
    account.seconds += ecovisor - plan.expected_wait;
    return plan;
}

}  // namespace

std::vector<Segment> expected_carbon(const HourlySeries& series, const HiddenJob& job,
                                     const Queue& queue, Forecast forecast, WaitAccount& account) {
    Course course(series, job.arrival, queue, forecast);
    HourPlan plan = course.arrive(account);
    std::int64_t waited = 0;
    std::size_t next = 0;
    RunLog log(job.arrival, job.length);
    while (!log.done()) {
        if (waited == queue.wait_limit) {
            log.run_to_end();
            break;
        }
        if (log.now() != job.arrival && course.learns(log.now())) {
            plan = course.replan(log.now(), waited);
            next = 0;
        }
        const std::int64_t rest = next_hour(log.now()) - log.now();
        const bool waits = next < plan.actions.size() && plan.actions[next] == Action::wait;
        ++next;
        const std::int64_t wait = waits ? std::min(rest, queue.wait_limit - waited) : 0;
        log.wait(wait);
        waited += wait;
        log.run(rest - wait);
    }
    return std::move(log).segments();
}

}  // namespace penstock::carbon
