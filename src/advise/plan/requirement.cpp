#include "advise/plan/requirement.h"

#include "advise/plan/error.h"
#include "advise/plan/plan.h"
#include "base/task_limits.h"
#include "base/try.h"

namespace penstock::plan {

namespace {

constexpr std::int64_t kYearSeconds = 366LL * 24 * 3600;

struct Range {
    std::int64_t least;
    std::int64_t most;
};

Result<void> check(std::int64_t value, Range range, std::string_view field) {
    if (range.least <= value && value <= range.most) return {};
    return reject(kSpecOutOfRange, field);
}

}  // namespace

Result<Requirement> read_requirement(const v1::WorkloadSpec& spec, Currency currency, Instant now) {
    TRY((check(spec.array_size(), {1, task_limits::kArraySizeMax}, "spec.array_size")));
    TRY((check(spec.cpus(), {1, task_limits::kCpusMax}, "spec.cpus")));
    TRY((check(spec.expected_task_seconds(), {0, task_limits::kTaskSecondsMax},
               "spec.expected_task_seconds")));
    TRY((check(spec.max_task_seconds(), {0, task_limits::kTaskSecondsMax},
               "spec.max_task_seconds")));
    TRY((check(spec.deadline_seconds(), {0, kYearSeconds}, "spec.deadline_seconds")));
    TRY((check(spec.max_attempts(), {0, task_limits::kAttemptsMax}, "spec.max_attempts")));
    Requirement requirement;
    requirement.tasks = spec.array_size();
    requirement.cpus = spec.cpus();
    requirement.memory_bytes = spec.memory_bytes();
    const bool is_known = spec.expected_task_seconds() > 0;
    requirement.time_basis = is_known ? TimeBasis::speed : TimeBasis::guess;
    requirement.reference_time =
        seconds(is_known ? spec.expected_task_seconds() : kUsualTaskSeconds);
    requirement.task_time_max = seconds(
        spec.max_task_seconds() == 0 ? task_limits::kTaskSecondsDefault : spec.max_task_seconds());
    requirement.attempts_max = spec.max_attempts() == 0 ? 1 : spec.max_attempts();
    if (spec.deadline_seconds() > 0) requirement.deadline = seconds(spec.deadline_seconds());
    if (spec.has_max_price()) {
        const v1::Money& price = spec.max_price();
        if (price.micros() <= 0 || price.micros() > kMoneyMax.micros ||
            price.currency() != currency.text()) {
            return reject(kMaxPriceInvalid, "spec.max_price");
        }
        requirement.price_max = Money{price.micros()};
    }
    requirement.currency = currency;
    requirement.now = now;
    return requirement;
}

}  // namespace penstock::plan
