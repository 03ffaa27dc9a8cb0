#include "base/step_function.h"

#include <functional>
#include <iterator>

#include "base/assert.h"

namespace penstock {

std::int64_t StepFunction::at(Instant when) const {
    const auto after = steps_.upper_bound(when);
    return after == steps_.begin() ? 0 : std::prev(after)->second;
}

void StepFunction::split(Instant when) {
    steps_.try_emplace(when, at(when));
}

void StepFunction::join(Instant when) {
    const auto step = steps_.find(when);
    if (step == steps_.end()) return;
    const std::int64_t before = step == steps_.begin() ? 0 : std::prev(step)->second;
    if (before == step->second) steps_.erase(step);
}

void StepFunction::add(Interval interval, std::int64_t delta) {
    PENSTOCK_ASSERT(!interval.is_empty());
    split(interval.start);
    split(interval.end);
    const auto end = steps_.find(interval.end);
    for (auto step = steps_.find(interval.start); step != end; ++step) step->second += delta;
    join(interval.start);
    join(interval.end);
}

void StepFunction::set_from(Instant from, std::int64_t value) {
    steps_.erase(steps_.lower_bound(from), steps_.end());
    if (at(from) != value) steps_.emplace_hint(steps_.end(), from, value);
}

bool StepFunction::every_step_changes() const {
    std::int64_t before = 0;
    for (const auto& [when, value] : steps_) {
        if (value == before) return false;
        before = value;
    }
    return true;
}

template <class Better>
std::int64_t StepFunction::extreme(Interval interval, Better better) const {
    PENSTOCK_ASSERT(!interval.is_empty());
    std::int64_t best = at(interval.start);
    for (auto step = steps_.upper_bound(interval.start);
         step != steps_.end() && step->first < interval.end; ++step) {
        if (better(step->second, best)) best = step->second;
    }
    return best;
}

std::int64_t StepFunction::maximum(Interval interval) const {
    return extreme(interval, std::greater<>{});
}

std::int64_t StepFunction::minimum(Interval interval) const {
    return extreme(interval, std::less<>{});
}

void StepFunction::forget_before(Instant when) {
    const auto after = steps_.upper_bound(when);
    if (after == steps_.begin()) return;
    const std::int64_t value = std::prev(after)->second;
    steps_.erase(steps_.begin(), after);
    if (value != 0) steps_.emplace(when, value);
}

}  // namespace penstock
